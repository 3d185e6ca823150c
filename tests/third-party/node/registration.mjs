// A relying party of openid-client that registers itself (RFC 7591) and then signs a person in. Its one argument is JSON:
// see `registration_run.py`.

import * as client from "openid-client";
import { authorize as codeFlow } from "./party.mjs";
import { listen, must, open, step } from "./steps.mjs";

const wanted = JSON.parse(process.argv[2]);
const listener = await listen(wanted.redirect_uri);
const server = new URL(wanted.issuer);
// Loopback is plain HTTP.
const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks];
const isPublic = wanted.metadata.token_endpoint_auth_method === "none";
// With the secret that it is to be told; what it would do unasked is `client_secret_post`.
const authentication = isPublic ? client.None() : client.ClientSecretBasic();
const register = (metadata) => client.dynamicClientRegistration(server, metadata, authentication, { execute });

const config = await step("registration", async () => {
  const registered = await register(wanted.metadata);
  const told = registered.clientMetadata();
  must(told.client_id && told.registration_access_token, "no client_id, or no registration access token");
  must(told.client_secret || isPublic, "there is no secret");
  return registered;
});

await step("tokens", async () => {
  const tokens = await codeFlow(config, wanted, (url) => open(url), listener.returned);
  const claims = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  for (const [name, value] of Object.entries(wanted.claims)) {
    must(claims[name] === value, `claim ${name} is ${JSON.stringify(claims[name])}, not ${JSON.stringify(value)}`);
  }
  const next = await client.refreshTokenGrant(config, tokens.refresh_token);
  must(next.access_token !== tokens.access_token, "the refresh gives the same access token");
});

const own = config.clientMetadata();
const manage = (method, token, body) =>
  fetch(own.registration_client_uri, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });

// RFC 7592, which openid-client leaves to whoever wants it.
const token = await step("management", async () => {
  const read = await manage("GET", own.registration_access_token);
  must(read.status === 200, `reading the registration: ${read.status}`);
  const update = { ...wanted.metadata, client_id: own.client_id, client_name: "Another name" };
  if (wanted.says_secret) update.client_secret = own.client_secret;
  const updated = await manage("PUT", own.registration_access_token, update);
  const told = await updated.json();
  must(updated.status === 200 && told.client_name === "Another name", `updating it: ${JSON.stringify(told)}`);
  must(told.registration_access_token !== own.registration_access_token, "the token is not rotated");
  const old = await manage("GET", own.registration_access_token);
  must(old.status === 401, `the old token: ${old.status}`);
  return told.registration_access_token;
});

for (const [member, value, code] of wanted.refused) {
  await step(`refused: ${member}`, async () => {
    try {
      await register({ ...wanted.metadata, [member]: value });
    } catch (error) {
      const told = error.error ?? error.cause?.error ?? error.code;
      must(told === code, `${member}: ${told}, not ${code}`);
      return;
    }
    throw new Error(`${member} ${JSON.stringify(value)} is registered`);
  });
}

await step("deletion", async () => {
  const deleted = await manage("DELETE", token);
  must(deleted.status === 204, `deleting it: ${deleted.status}`);
  const gone = await manage("GET", token);
  must(gone.status === 401, `and then: ${gone.status}`);
});

await step("done", () => {});
process.exit(0);
