// What a person does in a browser: signs in, allows, gets a passkey, takes back what they allowed, signs out.
//
//     node journey_run.mjs '{"screens", "party": {...}, "account": {...}, "methods_page", "apps_page", "client_name", ...}'
//
// `party` is as for the relying parties; `account` has a username and a password. With `set_up`, a one-time link, the
// password is first chosen there. `without` names steps that this provider has no pages for, `known` is a pattern of what
// is known to be wrong with its pages; Ambit is given neither. It must be reached as http://localhost, which browsers let
// have passkeys.

import * as client from "openid-client";
import { start } from "./browser.mjs";
import * as journey from "./journey.mjs";
import { authorize, discover } from "./party.mjs";
import * as steps from "./steps.mjs";
import { listen, must } from "./steps.mjs";

const wanted = JSON.parse(process.argv[2]);
const { screens, party, account, methods_page, apps_page, client_name, set_up, without = [], known } = wanted;
const step = (name, run) => (without.includes(name) ? undefined : steps.step(name, run));
const browser = await step("start", () => start(screens));
const listener = await listen(party.redirect_uri);
const config = await step("discovery", () => discover(party));
const visitor = await browser.visitor();

/** Signs in at the party; `browse` is what is to do after the address is opened. */
const arrive = (who, browse, more) =>
  authorize(config, party, async (url) => {
    await who.open(url);
    await browse();
  }, listener.returned, more);

if (set_up) await step("set-up link", () => journey.setUp(visitor, set_up, account, { look: "set-up" }));

let tokens = await step("sign in by the keyboard", async () => {
  const narrow = await arrive(visitor, async () => {
    await journey.signIn(visitor, account, { look: "sign-in", byKeyboard: true });
    await journey.consent(visitor, { look: "consent", leaveOut: ["email"], byKeyboard: true });
  });
  must(!narrow.scope.split(" ").includes("email"), `left out, but granted: ${narrow.scope}`);
  return narrow;
});

await step("without JavaScript", async () => {
  const plain = await browser.visitor({ javaScript: false });
  const refused = await arrive(plain, async () => {
    await journey.signIn(plain, { ...account, password: "not this person's" });
    await journey.signIn(plain, account);
    await journey.consent(plain, { deny: true });
  }).catch((error) => error);
  must(refused.error === "access_denied", `denied: ${refused.error ?? refused}`);
  plain.mustBeClean(known);
  await plain.close();
});

await step("passkey", async () => {
  const authenticator = await visitor.authenticator();
  await journey.addPasskey(visitor, methods_page, { look: "sign-in-methods" });
  must((await authenticator.credentials()).length === 1, "the authenticator keeps no passkey");
  await visitor.context.clearCookies();
  tokens = await arrive(visitor, async () => {
    await journey.passkey(visitor, { look: "sign-in-again" });
    await journey.consent(visitor);
  });
});

await step("take back", async () => {
  await journey.revoke(visitor, apps_page, client_name, { look: "apps" });
  // B6: what was taken back is worth nothing from then on.
  const refused = await client.refreshTokenGrant(config, tokens.refresh_token).catch((error) => error);
  must(refused.error === "invalid_grant", `refreshed after the consent was taken back: ${refused.error ?? refused}`);
});

await step("device", async () => {
  const device = await client.initiateDeviceAuthorization(config, { scope: party.scope });
  await journey.connectDevice(visitor, device.verification_uri_complete, { look: "device" });
  await visitor.look("device-connected");
  const granted = await client.pollDeviceAuthorizationGrant(config, { ...device, interval: 1 });
  must(granted.access_token, "the device gets no token");
});

await step("sign out", async () => {
  const state = client.randomState();
  const { post_logout_redirect_uri } = party;
  const answer = listener.returned();
  const url = client.buildEndSessionUrl(config, { post_logout_redirect_uri, id_token_hint: tokens.id_token, state });
  await visitor.open(url);
  // Who hints with an ID token of this session may be signed out without being asked.
  if (!visitor.page.url().startsWith(post_logout_redirect_uri)) {
    await journey.signOut(visitor, visitor.page.url(), { look: "sign-out" });
  }
  must((await answer).searchParams.get("state") === state, "another state after logout");
});

await step("error page", async () => {
  const { authorization_endpoint: endpoint } = config.serverMetadata();
  // A2: a client that nobody knows is told so on a page, and sent nowhere.
  await visitor.open(`${endpoint}?client_id=nobody&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2F&response_type=code`);
  must(visitor.page.url().startsWith(endpoint), `an unknown client is redirected to ${visitor.page.url()}`);
  await visitor.look("error");
});

await step("clean", async () => {
  await visitor.checkCookies();
  visitor.mustBeClean(known);
});

await browser.close();
await step("done", () => {});
process.exit(0);
