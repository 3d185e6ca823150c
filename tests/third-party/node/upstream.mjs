// An OpenID provider of oidc-provider: what the relying parties are calibrated on, and whom Ambit can send people to.
//
//     node upstream.mjs '{"port": 0, "clients": [...], "accounts": [{"username", "password", "claims"}], "keys": [...]}'
//
// `issuer` is where others reach it, when that is not where it listens; `dev` shows oidc-provider's own forms instead
// of those of `pages.mjs`. It prints one line of JSON when it is ready, and runs until it is ended.

import { once } from "node:events";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";
import * as interaction from "./interaction.mjs";
import * as pages from "./pages.mjs";

const config = JSON.parse(process.argv[2]);

const server = createServer();
server.listen(config.port ?? 0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address();
const issuer = config.issuer ?? `http://127.0.0.1:${port}`;

const accounts = new Map(config.accounts.map((account) => [account.claims.sub, account]));

const provider = new Provider(issuer, {
  clients: config.clients,
  jwks: { keys: config.keys },
  cookies: { keys: ["the peer's cookies are worth nothing"] },
  scopes: ["openid", "offline_access", "profile", "email", "api:read"],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (_, sub) => accounts.has(sub) && { accountId: sub, claims: () => accounts.get(sub).claims },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  clientDefaults: { id_token_signed_response_alg: config.keys[0].alg },
  ttl: { AccessToken: 3600, AuthorizationCode: 60, DeviceCode: 600, Grant: 3600, IdToken: 3600, Interaction: 600 },
  features: {
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    devInteractions: { enabled: config.dev ?? false },
    deviceFlow: {
      enabled: true,
      userCodeInputSource: (ctx, form) => pages.show(ctx, "Connect a device", pages.inside(form, "continue")),
      userCodeConfirmSource: (ctx, form) => pages.show(ctx, "Connect this device?", pages.inside(form, "confirm")),
      successSource: (ctx) => pages.show(ctx, "The device is connected", ""),
    },
    introspection: { enabled: true },
    registration: { enabled: true },
    registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
    revocation: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => pages.show(ctx, "Sign out?", pages.inside(form, "sign-out", { logout: "yes" })),
      postLogoutSuccessSource: (ctx) => pages.show(ctx, "Signed out", ""),
    },
  },
  // Its own dispatcher closes connections to loopback, where the parties hear of logouts.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  renderError: (ctx, out) => pages.show(ctx, "This does not work", `<p>${pages.text(JSON.stringify(out))}</p>`),
});
// The peer runs on one machine, and RFC 8252 §7.3 leaves loopback alone.
provider.on("server_error", (_, error) => console.error(error));
provider.on("backchannel.error", (_, error) => console.error(error));

const callback = provider.callback();
const own = interaction.handler(provider, config.accounts);
server.on("request", (request, response) => {
  const handles = !config.dev && request.url.startsWith("/interaction/");
  (handles ? own : callback)(request, response);
});

console.log(JSON.stringify({ step: "ready", ok: true, port, issuer }));
