// What oidc-provider leaves to others: asking a person for a password and for consent.

import * as pages from "./pages.mjs";

/** A request handler for `/interaction/{uid}`. */
export function handler(provider, accounts) {
  const handle = async (request, response) => {
    const details = await provider.interactionDetails(request, response);
    if (request.method !== "POST") return ask(response, details);
    const form = new URLSearchParams(await read(request));
    const result = details.prompt.name === "login"
      ? signedIn(accounts, form)
      : await decided(provider, details, form);
    if (!result) return send(response, 401, pages.signIn(details.uid, true));
    // Whoever was asked to sign in anew has done so, though consent was asked for after that.
    const mergeWithLastSubmission = details.prompt.name === "consent";
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission });
  };
  return (request, response) =>
    handle(request, response).catch((error) => {
      console.error(error);
      if (!response.headersSent) send(response, 400, pages.page("This does not work", ""));
    });
}

function ask(response, { uid, prompt, params }) {
  if (prompt.name === "login") return send(response, 200, pages.signIn(uid, false));
  return send(response, 200, pages.consent(uid, params.client_id, optional(params)));
}

/** What may be left out: all but `openid`, without which it is no sign-in. */
const optional = (params) => params.scope.split(" ").filter((scope) => scope !== "openid");

/** The result of a right password; nothing for a wrong one. */
function signedIn(accounts, form) {
  const account = accounts.find(({ username }) => username === form.get("username"));
  if (account?.password !== form.get("password")) return undefined;
  return { login: { accountId: account.claims.sub } };
}

async function decided(provider, { params, session }, form) {
  if (form.get("action") !== "allow") {
    return { error: "access_denied", error_description: "The person refused." };
  }
  const allowed = form.getAll("scope");
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(["openid", ...allowed].join(" "));
  const refused = optional(params).filter((scope) => !allowed.includes(scope));
  if (refused.length > 0) grant.rejectOIDCScope(refused.join(" "));
  return { consent: { grantId: await grant.save() } };
}

async function read(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

function send(response, status, html) {
  response.writeHead(status, pages.HEADERS).end(html);
}
