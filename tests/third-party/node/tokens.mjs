// What tokens tell of a person, and whether they are worth anything.

import { isDeepStrictEqual } from "node:util";
import * as client from "openid-client";
import { must } from "./steps.mjs";

/** What an ID token says of itself and of the sign-in (OpenID Connect Core §2, Back-Channel Logout 1.0 §2.1). */
const OF_THE_SIGN_IN = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid", "at_hash"];

/** What stands in the expected claims for a moment that nobody can foresee. */
const A_MOMENT = "a moment";

function same(found, expected, what) {
  const sorted = (claims) => Object.fromEntries(Object.entries(claims).sort());
  const [one, other] = [sorted(found), sorted(expected)];
  must(isDeepStrictEqual(one, other), `${what} tells ${JSON.stringify(one)}, not ${JSON.stringify(other)}`);
}

/**
 * Userinfo must tell the claims of the scopes that were granted, and no other; the ID token none (OpenID Connect Core
 * §5.4: where there is an access token, userinfo has them). `claims` are those of each scope.
 */
export async function mustTell(config, tokens, claims, granted) {
  const scopes = tokens.scope.split(" ");
  same(scopes.sort(), [...granted].sort(), "the scope");
  const { sub, ...told } = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  must(sub === tokens.claims().sub, "userinfo is about somebody else");
  if (Number.isInteger(told.updated_at)) told.updated_at = A_MOMENT;
  same(told, Object.assign({}, ...granted.map((scope) => claims[scope] ?? {})), "userinfo");
  const more = Object.keys(tokens.claims()).filter((name) => !OF_THE_SIGN_IN.includes(name));
  must(more.length === 0, `the ID token tells ${more}`);
}

/** What comes of using them: the status of userinfo, `active` of introspection, and what a refresh gives. */
async function used(config, tokens) {
  const headers = { Authorization: `Bearer ${tokens.access_token}` };
  const { status } = await fetch(config.serverMetadata().userinfo_endpoint, { headers });
  const { active } = await client.tokenIntrospection(config, tokens.access_token);
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token).catch((error) => error.error ?? error);
  return { status, active, refreshed };
}

/** Everything works. Returns the tokens of the refresh. */
export async function mustBeLive(config, tokens) {
  const { status, active, refreshed } = await used(config, tokens);
  must(status === 200, `userinfo answers a live token with ${status}`);
  must(active === true, "a live token is not active");
  must(refreshed.access_token, `a live token is not refreshed: ${refreshed}`);
  return { ...refreshed, refresh_token: refreshed.refresh_token ?? tokens.refresh_token };
}

/** Nothing works any more (security.md's B6). */
export async function mustBeDead(config, tokens) {
  const { status, active, refreshed } = await used(config, tokens);
  must(status === 401, `userinfo answers a dead token with ${status}`);
  must(active === false, "a dead token is active");
  must(refreshed === "invalid_grant", `a dead token is refreshed: ${JSON.stringify(refreshed)}`);
}
