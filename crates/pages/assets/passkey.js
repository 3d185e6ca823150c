// Passkeys (WebAuthn Level 3): asks the browser for what data-options describes, and posts the answer as JSON.
'use strict';
{
  const bytesOf = (text) => {
    const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  };

  const textOf = (buffer) => {
    const binary = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  };

  const withBytes = (descriptors) => (descriptors ?? []).map((one) => ({ ...one, id: bytesOf(one.id) }));

  // For browsers without parseRequestOptionsFromJSON and parseCreationOptionsFromJSON.
  const requestOf = (json) => ({
    ...json,
    challenge: bytesOf(json.challenge),
    allowCredentials: withBytes(json.allowCredentials),
  });

  const creationOf = (json) => ({
    ...json,
    challenge: bytesOf(json.challenge),
    user: { ...json.user, id: bytesOf(json.user.id) },
    excludeCredentials: withBytes(json.excludeCredentials),
  });

  const optionsOf = (kind, json) => {
    if (kind === 'get') {
      return PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ?? requestOf(json);
    }
    return PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ?? creationOf(json);
  };

  // For browsers without PublicKeyCredential.toJSON.
  const jsonOf = (credential) => {
    const { response } = credential;
    const answer = { clientDataJSON: textOf(response.clientDataJSON) };
    if (response.attestationObject) {
      answer.attestationObject = textOf(response.attestationObject);
      answer.transports = response.getTransports?.() ?? [];
    } else {
      answer.authenticatorData = textOf(response.authenticatorData);
      answer.signature = textOf(response.signature);
      if (response.userHandle) answer.userHandle = textOf(response.userHandle);
    }
    return {
      id: credential.id,
      rawId: textOf(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: answer,
    };
  };

  const start = (form) => {
    const kind = form.dataset.passkey;
    const json = JSON.parse(form.dataset.options);
    const field = form.querySelector('input[name="credential"]');
    const button = form.querySelector('button[value="passkey"]');
    const message = form.querySelector('[data-failed]');
    let pending = null;

    // The request of autofill waits until it is answered; a press of the button takes its place.
    const ask = async (mediation) => {
      pending?.abort();
      pending = new AbortController();
      const { signal } = pending;
      try {
        const publicKey = optionsOf(kind, json);
        const credential = await navigator.credentials[kind]({ publicKey, signal, ...mediation });
        field.value = JSON.stringify(credential.toJSON?.() ?? jsonOf(credential));
        form.requestSubmit(button);
      } catch (error) {
        if (!signal.aborted && !mediation.mediation) message.textContent = message.dataset.failed;
      }
    };

    form.hidden = false;
    button.addEventListener('click', (event) => {
      event.preventDefault();
      message.textContent = '';
      if (kind === 'get' || form.reportValidity()) ask({});
    });
    if (kind === 'get') {
      PublicKeyCredential.isConditionalMediationAvailable?.().then(
        (available) => available && ask({ mediation: 'conditional' }),
        () => {},
      );
    }
  };

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    if (window.PublicKeyCredential) {
      start(form);
    } else {
      const message = form.querySelector('[data-unsupported]');
      if (message) message.textContent = message.dataset.unsupported;
    }
  }
}
