// A relying party of openid-client. Its one argument is JSON: see `parties.py`.

import * as client from "openid-client";
import { authorize as codeFlow, discover } from "./party.mjs";
import { listen, must, open, step } from "./steps.mjs";

const wanted = JSON.parse(process.argv[2]);
const does = (what) => wanted.does.includes(what);
const listener = await listen(wanted.redirect_uri);

const config = await step("discovery", () => discover(wanted));
const authorize = (how) => codeFlow(config, wanted, (url) => open(url, how), listener.returned);

function agrees(claims, expected) {
  for (const [name, value] of Object.entries(expected)) {
    must(claims[name] === value, `claim ${name} is ${JSON.stringify(claims[name])}, not ${JSON.stringify(value)}`);
  }
}

/** Expects the token endpoint to refuse with `invalid_grant` (RFC 6749 §5.2). */
async function refused(request, what) {
  try {
    await request();
  } catch (error) {
    must(error.error === "invalid_grant", `${what}: ${error.error ?? error}, not invalid_grant`);
    return;
  }
  throw new Error(`${what} is accepted`);
}

let tokens = await step("tokens", () => authorize({}));
const { sub } = tokens.claims();
const idToken = tokens.id_token;

await step("userinfo", async () => {
  agrees(await client.fetchUserInfo(config, tokens.access_token, sub), wanted.claims);
});

if (does("refresh")) {
  const first = tokens.refresh_token;
  await step("refresh", async () => {
    must(first, "there is no refresh token");
    for (const round of ["first", "second"]) {
      const next = await client.refreshTokenGrant(config, tokens.refresh_token);
      must(next.access_token !== tokens.access_token, `the ${round} refresh gives the same access token`);
      // OpenID Connect Core §12.2.
      if (next.id_token) must(next.claims().sub === sub, `sub is another after the ${round} refresh`);
      if (does("rotation")) must(next.refresh_token !== tokens.refresh_token, "the refresh token is not rotated");
      tokens = { ...next, refresh_token: next.refresh_token ?? tokens.refresh_token };
    }
  });
  if (does("rotation")) {
    // RFC 9700 §4.14.2: whoever uses a token that was replaced long ago stole it, or was stolen from.
    await step("reuse", async () => {
      await refused(() => client.refreshTokenGrant(config, first), "a refresh token replaced twice over");
      await refused(() => client.refreshTokenGrant(config, tokens.refresh_token), "a refresh token of that family");
    });
    tokens = await step("again", () => authorize({}));
  }
}

if (does("introspection")) {
  await step("introspection", async () => {
    const found = await client.tokenIntrospection(config, tokens.access_token);
    must(found.active, "a live token is not active");
    agrees(found, { client_id: wanted.client_id, sub });
  });
}

if (does("revocation")) {
  await step("revocation", async () => {
    await client.tokenRevocation(config, tokens.access_token);
    if (!does("introspection")) return;
    const found = await client.tokenIntrospection(config, tokens.access_token);
    must(JSON.stringify(found) === '{"active":false}', `a revoked token: ${JSON.stringify(found)}`);
  });
}

if (does("consent")) {
  await step("left out", async () => {
    const narrow = await authorize({ leave_out: ["email"] });
    must(!(narrow.scope ?? "").split(" ").includes("email"), `left out, but granted: ${narrow.scope}`);
    const claims = await client.fetchUserInfo(config, narrow.access_token, sub);
    must(claims.email === undefined, "userinfo tells a claim of a scope that was left out");
  });
  await step("denied", async () => {
    try {
      await authorize({ action: "deny" });
    } catch (error) {
      must(error.error === "access_denied", `denied: ${error.error ?? error}, not access_denied`);
      return;
    }
    throw new Error("denied, and granted all the same");
  });
}

if (does("logout")) {
  await step("logout", async () => {
    const state = client.randomState();
    const parameters = { post_logout_redirect_uri: wanted.post_logout_redirect_uri, id_token_hint: idToken, state };
    const answer = listener.returned();
    open(client.buildEndSessionUrl(config, parameters));
    const back = await answer;
    must(back.searchParams.get("state") === state, `after logout: ${back}`);
  });
}

if (does("device")) {
  await step("device", async () => {
    const device = await client.initiateDeviceAuthorization(config, { scope: wanted.scope });
    open(device.verification_uri_complete);
    // The first question comes early; the answer `slow_down` (RFC 8628 §3.5) makes the next come late.
    const granted = await client.pollDeviceAuthorizationGrant(config, { ...device, interval: 1 });
    agrees(await client.fetchUserInfo(config, granted.access_token, granted.claims()?.sub ?? sub), wanted.claims);
  });
}

if (does("client_credentials")) {
  await step("client credentials", async () => {
    const { client_credentials_scope: scope } = wanted;
    const own = await client.clientCredentialsGrant(config, { scope });
    must((own.scope ?? scope) === scope, `asked for ${scope}, was granted ${own.scope}`);
  });
}

await step("done", () => {});
process.exit(0);
