// A real browser, and what every page is asked: Debian's chromium, driven by playwright-core.

import { accessSync, constants, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import axe from "axe-core";
import { chromium } from "playwright-core";
import { wrongHeaders } from "./headers.mjs";

const ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"];
// More presses of Tab than any of our pages has fields.
const MOST_TABS = 60;
/** WCAG 2.2 §1.4.10: nothing is scrolled sideways at this width. */
const NARROW = { width: 320, height: 640 };

function onThePath(program) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return join(folder, program);
    } catch {
      // The next folder may have it.
    }
  }
  throw new Error(`${program} is not on the path`);
}

/** Starts the browser. Pictures of pages go into the folder `screens`. */
export async function start(screens) {
  mkdirSync(screens, { recursive: true });
  const browser = await chromium.launch({ executablePath: onThePath("chromium"), args: ARGUMENTS });
  /** Somebody new, without cookies. */
  const visitor = async ({ javaScript = true } = {}) => {
    const context = await browser.newContext({ javaScriptEnabled: javaScript, locale: "en-GB" });
    context.setDefaultTimeout(30_000);
    return new Visitor(screens, context, await context.newPage(), javaScript);
  };
  return {
    visitor,
    /** Somebody new, for as long as `run` takes. */
    withVisitor: async (options, run) => {
      const somebody = await visitor(options);
      try {
        return await run(somebody);
      } finally {
        await somebody.close();
      }
    },
    close: () => browser.close(),
  };
}

/** Somebody in front of the browser. `findings` are the sentences about what is wrong with the pages that they saw. */
export class Visitor {
  constructor(screens, context, page, javaScript) {
    Object.assign(this, { screens, context, page, javaScript, findings: [], pages: 0 });
    page.on("response", (response) => this.#headers(response));
    page.on("pageerror", (error) => this.findings.push(`${page.url()}: a script fails: ${error.message}`));
    page.on("console", (message) => {
      const text = message.text();
      if (text.includes("Content Security Policy")) this.findings.push(`${page.url()}: ${text}`);
    });
  }

  /** A8, B10: the headers of every document, errors among them. */
  #headers(response) {
    const headers = response.headers();
    const redirects = response.status() >= 300 && response.status() < 400;
    const isPage = response.request().resourceType() === "document" && !redirects;
    if (!isPage || !(headers["content-type"] ?? "").startsWith("text/html")) return;
    this.pages += 1;
    const path = new URL(response.url()).pathname;
    this.findings.push(...wrongHeaders(headers).map((sentence) => `${path}: ${sentence}`));
  }

  /** Opens an address. */
  open(url) {
    return this.page.goto(String(url));
  }

  /** Takes a picture of the page, and asks it about accessibility. */
  async look(name) {
    await this.#picture(name);
    for (const { id, impact, help, nodes } of await this.#violations()) {
      const where = nodes.map((node) => node.target.join(" ")).join(", ");
      this.findings.push(`${name}: ${impact}: ${id}: ${help}: ${where}`);
    }
    await this.#narrow(name);
  }

  /** For people to look at. Chromium refuses one now and then, and takes the same when it is asked again. */
  async #picture(name) {
    const taken = () => this.page.screenshot({ path: join(this.screens, `${name}.png`), fullPage: true });
    await taken().catch((error) => {
      if (!error.message.includes("Unable to capture screenshot")) throw error;
      return taken();
    });
  }

  async #violations() {
    await this.#allowScripts(true);
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
    await this.#allowScripts(this.javaScript);
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  }

  /** Lets axe run where the page's own scripts did not: it waits for timers, which stand still there. */
  async #allowScripts(allowed) {
    if (this.javaScript) return;
    // While this session lasts: its end would let scripts run. What it was told last it ignores, so it is told both.
    this.session ??= await this.context.newCDPSession(this.page);
    for (const value of [allowed, !allowed]) await this.session.send("Emulation.setScriptExecutionDisabled", { value });
  }

  async #narrow(name) {
    const before = this.page.viewportSize();
    await this.page.setViewportSize(NARROW);
    const width = await this.page.evaluate("document.documentElement.scrollWidth");
    if (width > NARROW.width) this.findings.push(`${name}: ${width} pixels wide on a screen of ${NARROW.width}`);
    await this.#picture(`${name}-narrow`);
    await this.page.setViewportSize(before);
  }

  /** U1: no cookie is for scripts, for other sites' forms, or for other hosts. */
  async checkCookies() {
    for (const { name, httpOnly, sameSite } of await this.context.cookies()) {
      if (!httpOnly) this.findings.push(`cookie ${name} is not HttpOnly`);
      if (sameSite === "None") this.findings.push(`cookie ${name} is SameSite=None`);
      // Browsers hold this prefix to Secure, to Path=/ and to no Domain.
      if (!name.startsWith("__Host-")) this.findings.push(`cookie ${name} is not prefixed __Host-`);
    }
  }

  /** Goes to an element by the keyboard alone (WCAG 2.2 §2.1.1), and sees that it shows its focus (§2.4.7). */
  async tabTo(selector) {
    for (let presses = 0; presses < MOST_TABS; presses += 1) {
      await this.page.keyboard.press("Tab");
      const focus = await this.page.evaluate((wanted) => {
        const element = document.activeElement;
        if (!element?.matches(wanted)) return undefined;
        const style = getComputedStyle(element);
        return { shown: style.outlineStyle !== "none" || style.boxShadow !== "none" };
      }, selector);
      if (!focus) continue;
      if (!focus.shown) this.findings.push(`${this.page.url()}: ${selector} does not show that it has the focus`);
      return;
    }
    throw new Error(`${this.page.url()}: the keyboard does not reach ${selector}`);
  }

  /** Fills in fields and presses a button, all by the keyboard. */
  async fillByKeyboard(fields, button) {
    for (const [name, value] of Object.entries(fields)) {
      await this.tabTo(`[name="${name}"]`);
      await this.page.keyboard.type(value);
    }
    await this.tabTo(button);
    await Promise.all([this.page.waitForNavigation(), this.page.keyboard.press("Enter")]);
  }

  /** A security key in the browser (WebAuthn), which says yes to everything. */
  async authenticator() {
    const session = await this.context.newCDPSession(this.page);
    await session.send("WebAuthn.enable", { enableUI: false });
    const options = {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    };
    const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options });
    const send = (method, more) => session.send(`WebAuthn.${method}`, { authenticatorId, ...more });
    return {
      credentials: async () => (await send("getCredentials")).credentials,
      /** Whether the key knows its owner from now on. */
      verifies: (isUserVerified) => send("setUserVerified", { isUserVerified }),
      remove: () => send("removeVirtualAuthenticator"),
    };
  }

  /** Throws if anything was wrong with any page but what is `known`, a pattern. */
  mustBeClean(known) {
    if (this.pages === 0) throw new Error("no page was looked at");
    const isKnown = (sentence) => known !== undefined && new RegExp(known).test(sentence);
    const unknown = this.findings.filter((sentence) => !isKnown(sentence));
    if (unknown.length > 0) throw new Error(unknown.join("\n"));
  }

  close() {
    return this.context.close();
  }
}
