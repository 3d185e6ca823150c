// Steps on the pages that Ambit alone has: the set-up link, the person's own pages, second factors, linked identities.

import * as journey from "./journey.mjs";
import { AT, mustSay, press } from "./journey.mjs";
import { must, step } from "./steps.mjs";
import { mustBeDead, mustBeLive } from "./tokens.mjs";
import { code } from "./totp.mjs";

const PAGES = { profile: "", methods: "/sign-in-methods", identities: "/identities", apps: "/apps", sessions: "/sessions" };

/** How strongly the ID token says that somebody signed in (OpenID Connect Core §2, RFC 8176). */
function mustBeBy(tokens, acr, amr) {
  const found = tokens.claims();
  must(found.acr === acr, `acr is ${found.acr}, not ${acr}`);
  must(found.amr?.join() === amr.join(), `amr is ${found.amr}, not ${amr}`);
}

export class OwnPages {
  /**
   * Besides what `journey_run.mjs` shares: `set_up` is the one-time link, `account_page` where the person's own pages begin,
   * `client_name` what the application is called, and `upstream` another provider, with the `account` of somebody there.
   */
  constructor(shared) {
    Object.assign(this, shared);
  }

  #page(name) {
    return `${this.account_page}${PAGES[name]}`;
  }

  async setUp() {
    const { visitor, set_up, account, somebody } = this;
    await step("set-up link", async () => {
      await journey.setUp(visitor, set_up, account, { look: "set-up" });
      await mustSay(visitor, [account.username]);
      await visitor.look("set-up-done");
      await press(visitor, "main a");
      must(visitor.page.url() === this.account_page, `the link leads to ${visitor.page.url()}`);
      await visitor.page.locator(`input[value="${account.email}"]`).waitFor();
      await visitor.context.clearCookies();
    });
    await step("set-up link once", () =>
      somebody({}, async (second) => {
        const answer = await second.open(set_up);
        must(answer.status() === 410, `the link that was used is answered with ${answer.status()}`);
        await second.look("set-up-again");
        await mustSay(second, ["This link no longer works"]);
      }));
  }

  /** What `who`, whose browser runs no JavaScript, allowed a moment ago is in their account, and ends there. */
  async withoutJavaScript(who, tokens) {
    await journey.revoke(who, this.#page("apps"), this.client_name);
    await mustBeDead(this.config, tokens);
    await press(who, AT.signOut);
    await who.look("signed-out");
    await who.open(this.account_page);
    must((await who.page.locator(AT.signIn).count()) === 1, "whoever signed out need not sign in");
  }

  async factors() {
    await this.#linking();
    await this.#passkey();
    await this.#totp();
    await this.#recoveryCodes();
  }

  /** Signs in with the password and then by `second`, and allows everything. */
  #withSecond(who, second) {
    return this.arrive(who, async () => {
      await journey.signIn(who, this.account);
      await second();
      await journey.consent(who);
    });
  }

  async #passkey() {
    const { visitor } = this;
    await step("passkey", async () => {
      const authenticator = await visitor.authenticator();
      await journey.addPasskey(visitor, this.#page("methods"), { look: "sign-in-methods" });
      must((await authenticator.credentials()).length === 1, "the authenticator keeps no passkey");
      await visitor.context.clearCookies();
      const tokens = await this.arrive(visitor, async () => {
        await journey.passkey(visitor, { look: "sign-in-again" });
        await journey.consent(visitor);
      });
      mustBeBy(tokens, "phr", ["hwk", "user", "mfa"]);
    });
  }

  /** An authenticator application: a code counts once. */
  async #totp() {
    await step("authenticator application", async () => {
      let used;
      const key = await journey.addTotp(this.visitor, this.#page("methods"), (key) => (used = code(key)));
      await this.visitor.look("sign-in-methods-with-all");
      await this.somebody({ javaScript: false }, async (who) => {
        const tokens = await this.#withSecond(who, async () => {
          await journey.totp(who, used, { look: "second-factor" });
          await mustSay(who, ["was used already"]);
          await journey.totp(who, code(key, { later: 1 }), { look: "second-factor-wrong" });
        });
        mustBeBy(tokens, "2", ["pwd", "otp", "mfa"]);
      });
    });
  }

  async #recoveryCodes() {
    await step("recovery codes", async () => {
      const [one, another] = await journey.makeRecoveryCodes(this.visitor, this.#page("methods"));
      must(another && one !== another, `recovery codes: ${one}, ${another}`);
      for (const javaScript of [true, false]) {
        await this.somebody({ javaScript }, async (who) => {
          const tokens = await this.#withSecond(who, async () => {
            await journey.recoveryCode(who, one, { look: "recovery-code" });
            if (javaScript) return;
            await mustSay(who, ["was used already"]);
            await journey.recoveryCode(who, another, { look: "recovery-code-wrong" });
          });
          mustBeBy(tokens, "2", ["pwd", "kba", "mfa"]);
        });
      }
    });
  }

  /** Goes to the other provider by a button, signs in there and comes back to a page of ours. */
  async #there(who, button) {
    const { issuer, account } = this.upstream;
    const home = new URL(this.account_page).origin;
    await who.page.locator(button).click();
    await who.page.waitForURL((url) => url.origin === issuer);
    await journey.signIn(who, account);
    await journey.consent(who);
    await who.page.waitForURL((url) => url.origin === home);
  }

  /** An identity of another provider: linked, and from then on a way in. */
  async #linking() {
    const { visitor, upstream } = this;
    await step("linked identity", async () => {
      await visitor.open(this.#page("identities"));
      await visitor.look("identities-none");
      await this.#there(visitor, AT.link);
      await visitor.look("link-confirm");
      await mustSay(visitor, [upstream.account.label]);
      await press(visitor, AT.link);
      await visitor.look("identities");
      await mustSay(visitor, ["The account is linked.", upstream.name, upstream.account.label]);
    });
    await step("sign in at the other provider", () =>
      this.somebody({ javaScript: false }, async (who) => {
        const tokens = await this.arrive(who, async () => {
          await this.#there(who, 'button[value^="provider:"]');
          await journey.consent(who);
        });
        mustBeBy(tokens, "1", ["fed"]);
        await who.open(this.account_page);
        await who.page.locator(`input[value="${this.account.email}"]`).waitFor();
      }));
  }

  /** All pages, and the end of what was allowed. */
  async everyPage(tokens) {
    const { visitor, config } = this;
    await step("every page", async () => {
      for (const name of Object.keys(PAGES)) {
        await visitor.open(this.#page(name));
        await visitor.look(`account-${name}`);
      }
    });
    await step("take back", async () => {
      await visitor.open(this.#page("apps"));
      await mustSay(visitor, [this.client_name, ...this.scopes.map((scope) => this.texts[scope])]);
      const refreshed = await mustBeLive(config, tokens);
      await journey.revoke(visitor, this.#page("apps"), this.client_name);
      // The newest first: to try an older refresh token would end them all (RFC 9700 §4.14.2).
      await mustBeDead(config, refreshed);
      await mustBeDead(config, tokens);
      await mustSay(visitor, ["has no access any more", "not allowed any application anything"]);
      await visitor.look("apps-none");
    });
  }
}
