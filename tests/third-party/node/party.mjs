// The code flow as openid-client does it, with somebody else being the browser.

import * as client from "openid-client";

/** Reads the provider's metadata. ID tokens' signatures are checked, though they come over a direct connection. */
export function discover(wanted) {
  const authentication = wanted.client_secret ? client.ClientSecretBasic(wanted.client_secret) : client.None();
  // Loopback is plain HTTP.
  const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks];
  return client.discovery(new URL(wanted.issuer), wanted.client_id, undefined, authentication, { execute });
}

/**
 * The code flow (OpenID Connect Core §3.1) with PKCE, state and nonce. `browse` takes the address to open and does what is
 * to do there; `returned` gives the address that the browser was sent back to. More parameters may be given.
 */
export async function authorize(config, wanted, browse, returned, more = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: wanted.redirect_uri,
    scope: wanted.scope,
    prompt: "consent",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
    ...more,
  });
  const answer = returned();
  await browse(url);
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
  return client.authorizationCodeGrant(config, await answer, checks);
}
