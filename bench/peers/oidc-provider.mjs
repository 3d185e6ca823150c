// An authorization server of oidc-provider with everything in one map: nothing is durable.
//
//     node oidc-provider.mjs PORT
//
// With `resource` the token is a JWT signed with ES256, which is not kept; without, it is a reference, which
// introspection finds.

import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const port = Number(process.argv[2]);
const kept = new Map();

class MapAdapter {
  constructor(model) {
    this.model = model;
  }
  key(id) {
    return `${this.model}:${id}`;
  }
  async upsert(id, payload) {
    kept.set(this.key(id), payload);
  }
  async find(id) {
    return kept.get(this.key(id));
  }
  async destroy(id) {
    kept.delete(this.key(id));
  }
}

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const signingKey = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "ES256" };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter: MapAdapter,
  clients: [
    {
      client_id: "peer",
      client_secret: "peer-secret-peer-secret-peer-secret",
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: "client_secret_basic",
      id_token_signed_response_alg: "ES256",
    },
  ],
  cookies: { keys: ["no cookie is ever set"] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        scope: "scim:read",
        accessTokenFormat: "jwt",
        accessTokenTTL: 3600,
        jwt: { sign: { alg: "ES256" } },
      }),
    },
  },
  jwks: { keys: [signingKey] },
  scopes: ["scim:read"],
  ttl: { ClientCredentials: 3600 },
});
provider.listen(port, "127.0.0.1");
