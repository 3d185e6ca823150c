// What a person does on the pages of an OpenID provider, as steps over the names that Ambit's forms have.

import { must } from "./steps.mjs";

const action = (value) => `button[name="action"][value="${value}"]`;
const field = (name) => `input[name="${name}"]`;

/** Where things are. Names that are the provider's contract stand here and nowhere else. */
export const AT = {
  newPassword: 'input[autocomplete="new-password"]',
  code: field("code"),
  scope: (name) => `input[name="scope"][value="${name}"]`,
  recoveryCode: action("recovery-code"),
  signIn: action("sign-in"),
  signOut: action("sign-out"),
  allow: action("allow"),
  deny: action("deny"),
  confirm: action("confirm"),
  continue: action("continue"),
  setUp: action("set-up"),
  totp: action("totp"),
  passkey: action("passkey"),
  addPasskey: action("add-passkey"),
  passkeyName: field("name"),
  addTotp: action("add-totp"),
  totpKey: "code.secret",
  makeRecoveryCodes: action("make-recovery-codes"),
  aRecoveryCode: "ol.codes code",
  link: action("link"),
  revoke: action("revoke"),
};

/** Presses a button and waits for the page after it. */
export async function press(visitor, button) {
  await Promise.all([visitor.page.waitForNavigation(), visitor.page.locator(button).first().click()]);
}

/** The page says each of these. */
export async function mustSay(visitor, texts) {
  const shown = await visitor.page.locator("main").innerText();
  for (const text of texts) must(shown.includes(text), `${visitor.page.url()} does not say "${text}": ${shown}`);
}

/** The sign-in page: a name and a password. */
export async function signIn(visitor, { username, password }, { look, byKeyboard = false } = {}) {
  if (look) await visitor.look(look);
  if (byKeyboard) return visitor.fillByKeyboard({ username, password }, AT.signIn);
  await visitor.page.fill(field("username"), username);
  await visitor.page.fill(field("password"), password);
  return press(visitor, AT.signIn);
}

/** The second factor: a code of the authenticator application. */
export async function totp(visitor, code, { look } = {}) {
  if (look) await visitor.look(look);
  await visitor.page.fill(AT.code, code);
  await press(visitor, AT.totp);
}

/** The second factor when the application is lost: a recovery code, whose field is folded away at first. */
export async function recoveryCode(visitor, code, { look } = {}) {
  const input = visitor.page.locator(field("recovery_code"));
  if (!(await input.isVisible())) await visitor.page.click("summary");
  if (look) await visitor.look(look);
  await input.fill(code);
  await press(visitor, AT.recoveryCode);
}

/** Presses the button of a passkey, unless the browser offered the passkey of its own accord and is on its way. */
async function usePasskey(visitor) {
  const button = visitor.page.locator(AT.passkey);
  const gone = button.waitFor({ state: "detached" });
  // This very button: there may be one like it on the page after.
  const clicked = button.elementHandle().then((here) => here.click());
  await Promise.all([gone, clicked.catch(() => undefined)]);
}

/** Sign-in without a password; the visitor needs an authenticator that has a passkey. */
export async function passkey(visitor, { look } = {}) {
  if (look) await visitor.look(look);
  await usePasskey(visitor);
}

/** The consent page. `leaveOut` are scopes to uncheck; `deny` refuses it all; `texts` are what it must say. */
export async function consent(visitor, { look, texts = [], leaveOut = [], deny = false, byKeyboard = false } = {}) {
  if (look) await visitor.look(look);
  await mustSay(visitor, texts);
  for (const scope of leaveOut) {
    if (byKeyboard) {
      await visitor.tabTo(AT.scope(scope));
      await visitor.page.keyboard.press("Space");
    } else {
      await visitor.page.uncheck(AT.scope(scope));
    }
  }
  const button = deny ? AT.deny : AT.allow;
  return byKeyboard ? visitor.fillByKeyboard({}, button) : press(visitor, button);
}

/** The one-time link of the first administrator: who they are, and a password of their own. */
export async function setUp(visitor, link, { password, ...about }, { look } = {}) {
  await visitor.open(link);
  if (look) await visitor.look(look);
  for (const [name, value] of Object.entries(about)) await visitor.page.fill(field(name), value);
  for (const input of await visitor.page.locator(AT.newPassword).all()) await input.fill(password);
  await press(visitor, AT.setUp);
}

/** The account's page of sign-in methods: makes a passkey in the visitor's authenticator. */
export async function addPasskey(visitor, methodsPage, { look } = {}) {
  await visitor.open(methodsPage);
  if (look) await visitor.look(look);
  await press(visitor, AT.addPasskey);
  if (look) await visitor.look(`${look}-add-passkey`);
  await visitor.page.fill(AT.passkeyName, "A key of this browser");
  await usePasskey(visitor);
}

/** The account's page of sign-in methods: turns an authenticator application on. Returns its key. */
export async function addTotp(visitor, methodsPage, codeOf) {
  await visitor.open(methodsPage);
  await press(visitor, AT.addTotp);
  await visitor.look("add-totp");
  const key = await visitor.page.textContent(AT.totpKey);
  await visitor.page.fill(AT.code, codeOf(key));
  await press(visitor, AT.totp);
  return key;
}

/** The account's page of sign-in methods: makes recovery codes, and returns them. */
export async function makeRecoveryCodes(visitor, methodsPage) {
  await visitor.open(methodsPage);
  await press(visitor, AT.makeRecoveryCodes);
  await visitor.look("recovery-codes");
  return visitor.page.locator(AT.aRecoveryCode).allTextContents();
}

/** The account's page of applications: takes back what was allowed to one. */
export async function revoke(visitor, appsPage, application, { look } = {}) {
  await visitor.open(appsPage);
  if (look) await visitor.look(look);
  const entry = visitor.page.locator("li", { hasText: application, has: visitor.page.locator(AT.revoke) });
  await Promise.all([visitor.page.waitForNavigation(), entry.locator(AT.revoke).click()]);
}

/** The device page, opened with its code in the address (RFC 8628 §3.3.1), and consent where it is asked for. */
export async function connectDevice(visitor, address, { look } = {}) {
  await visitor.open(address);
  if (look) await visitor.look(look);
  for (const button of [AT.continue, AT.confirm, AT.allow]) {
    if (await visitor.page.locator(button).count() > 0) await press(visitor, button);
  }
}

/** The page that asks before it signs somebody out. */
export async function signOut(visitor, address, { look } = {}) {
  await visitor.open(address);
  if (look) await visitor.look(look);
  await press(visitor, AT.signOut);
}
