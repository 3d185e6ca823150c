// What a person does on the pages of an OpenID provider, as steps over the names that Ambit's forms have.

const action = (value) => `button[name="action"][value="${value}"]`;
const field = (name) => `input[name="${name}"]`;

/** Where things are. Names that are the provider's contract stand here and nowhere else. */
export const AT = {
  username: field("username"),
  password: field("password"),
  newPassword: field("new_password"),
  code: field("code"),
  scope: (name) => `input[name="scope"][value="${name}"]`,
  signIn: action("sign_in"),
  signOut: action("sign_out"),
  allow: action("allow"),
  deny: action("deny"),
  continue: action("continue"),
  totp: action("totp"),
  passkey: action("passkey"),
  addPasskey: action("add_passkey"),
  revoke: action("revoke"),
};

/** Presses a button and waits for the page after it. */
async function press(visitor, button) {
  await Promise.all([visitor.page.waitForNavigation(), visitor.page.locator(button).first().click()]);
}

/** The sign-in page: a name and a password. */
export async function signIn(visitor, { username, password }, { look, byKeyboard = false } = {}) {
  if (look) await visitor.look(look);
  if (byKeyboard) return visitor.fillByKeyboard({ username, password }, AT.signIn);
  await visitor.page.fill(AT.username, username);
  await visitor.page.fill(AT.password, password);
  return press(visitor, AT.signIn);
}

/** The second factor. */
export async function totp(visitor, code, { look } = {}) {
  if (look) await visitor.look(look);
  await visitor.page.fill(AT.code, code);
  await press(visitor, AT.totp);
}

/** Sign-in without a password; the visitor needs an authenticator that has a passkey. */
export async function passkey(visitor, { look } = {}) {
  if (look) await visitor.look(look);
  await press(visitor, AT.passkey);
}

/** The consent page. `leaveOut` are scopes to uncheck; `deny` refuses it all. */
export async function consent(visitor, { look, leaveOut = [], deny = false, byKeyboard = false } = {}) {
  if (look) await visitor.look(look);
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

/** The one-time link that a new person gets: a password of their own. */
export async function setUp(visitor, link, { password }, { look } = {}) {
  await visitor.open(link);
  if (look) await visitor.look(look);
  await visitor.page.fill(AT.newPassword, password);
  await press(visitor, AT.continue);
}

/** The account page: makes a passkey in the visitor's authenticator. */
export async function addPasskey(visitor, accountPage, { look } = {}) {
  await visitor.open(accountPage);
  if (look) await visitor.look(look);
  await press(visitor, AT.addPasskey);
}

/** The account page: takes back what was allowed to an application, which is named on the same form. */
export async function revoke(visitor, accountPage, application, { look } = {}) {
  await visitor.open(accountPage);
  if (look) await visitor.look(look);
  const form = visitor.page.locator("form", { hasText: application, has: visitor.page.locator(AT.revoke) });
  await Promise.all([visitor.page.waitForNavigation(), form.locator(AT.revoke).click()]);
}

/** The device page, opened with its code in the address (RFC 8628 §3.3.1). */
export async function connectDevice(visitor, address, { look } = {}) {
  await visitor.open(address);
  if (look) await visitor.look(look);
  await press(visitor, AT.allow);
}

/** The page that asks before it signs somebody out. */
export async function signOut(visitor, address, { look } = {}) {
  await visitor.open(address);
  if (look) await visitor.look(look);
  await press(visitor, AT.signOut);
}
