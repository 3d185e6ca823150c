// What a person does in a browser: signs in, leaves something out, sees what they allowed and takes it back, signs out.
//
//     node journey_run.mjs '{"screens", "party": {...}, "account": {...}, "claims", "texts", "ambit": {...}, "known"}'
//
// `party` is as for the relying parties; `account` has a username and a password; `claims` has what each scope tells of
// them, `texts` what the consent page must say of each. `known` is a pattern of what is known to be wrong with the pages.
// `ambit` is for the pages that Ambit alone has (`own_pages.mjs`): it must be reached as http://localhost, which browsers
// let have passkeys, and the account is the one that the set-up link makes.

import * as client from "openid-client";
import { start } from "./browser.mjs";
import * as journey from "./journey.mjs";
import { OwnPages } from "./own_pages.mjs";
import { authorize, discover } from "./party.mjs";
import { listen, must, step } from "./steps.mjs";
import { mustBeLive, mustTell } from "./tokens.mjs";

const { screens, party, account, claims, texts, ambit, known } = JSON.parse(process.argv[2]);
const scopes = party.scope.split(" ");
const without = (left) => scopes.filter((scope) => scope !== left);
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

/** Somebody new, whose pages must all be well. */
const somebody = (options, run) =>
  browser.withVisitor(options, async (who) => {
    const result = await run(who);
    await who.checkCookies();
    who.mustBeClean(known);
    return result;
  });

const own = ambit && new OwnPages({ ...ambit, account, visitor, somebody, arrive, config, texts, scopes });
if (own) await own.setUp();

await step("sign in by the keyboard", async () => {
  const narrow = await arrive(visitor, async () => {
    await journey.signIn(visitor, account, { look: "sign-in", byKeyboard: true });
    const said = scopes.flatMap((scope) => texts[scope] ?? []);
    await journey.consent(visitor, { look: "consent", texts: said, leaveOut: ["email"], byKeyboard: true });
  });
  await mustTell(config, narrow, claims, without("email"));
});

await step("refused without JavaScript", () =>
  somebody({ javaScript: false }, async (plain) => {
    const refused = await arrive(plain, async () => {
      await journey.signIn(plain, { ...account, password: "not this person's" });
      await journey.signIn(plain, account, { look: "sign-in-wrong" });
      await journey.consent(plain, { deny: true });
    }).catch((error) => error);
    must(refused.error === "access_denied", `denied: ${refused.error ?? refused}`);
  }));

await step("allowed without JavaScript", () =>
  somebody({ javaScript: false }, async (plain) => {
    const tokens = await arrive(plain, async () => {
      await journey.signIn(plain, account);
      await journey.consent(plain, { leaveOut: ["profile"] });
    });
    await mustTell(config, tokens, claims, without("profile"));
    const refreshed = await mustBeLive(config, tokens);
    if (own) await own.withoutJavaScript(plain, refreshed);
  }));

if (own) await own.factors();

const tokens = await step("everything allowed", async () => {
  const all = await arrive(visitor, () => journey.consent(visitor));
  await mustTell(config, all, claims, scopes);
  return all;
});

if (own) await own.everyPage(tokens);

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
  const url = client.buildEndSessionUrl(config, { post_logout_redirect_uri, client_id: party.client_id, state });
  await journey.signOut(visitor, url, { look: "sign-out" });
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
