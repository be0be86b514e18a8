// An authorization server for tests: npm's oidc-provider, the way a shop's own would be set up.
//
// Takes one JSON object as its argument:
//   port      0 or missing: a free one
//   clients   [{id, secret, scope, units, auth}]: who gets tokens (client_credentials);
//             auth is token_endpoint_auth_method, "client_secret_basic" where missing
//   asks      ids of the clients that may ask about others' tokens
// Prints its issuer as one line once it answers; ends with its standard input.

import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

import Provider, { errors } from "oidc-provider";

const AUDIENCE = "urn:corsheet";

// What a client names as `resource` (RFC 8707), and the tokens it gets for it.
const RESOURCES = {
  "urn:corsheet": { audience: AUDIENCE, accessTokenFormat: "opaque", accessTokenTTL: 600 },
  "urn:corsheet:jwt": { audience: AUDIENCE, accessTokenFormat: "jwt", accessTokenTTL: 600 },
  "urn:corsheet:short": { audience: AUDIENCE, accessTokenFormat: "opaque", accessTokenTTL: 2 },
  "urn:corsheet:jwt:short": { audience: AUDIENCE, accessTokenFormat: "jwt", accessTokenTTL: 2 },
  "urn:other": { audience: "urn:other", accessTokenFormat: "opaque", accessTokenTTL: 600 },
  "urn:other:jwt": { audience: "urn:other", accessTokenFormat: "jwt", accessTokenTTL: 600 },
};
const SCOPES = ["orders:read", "orders:write"];

const told = JSON.parse(process.argv[2]);
const units = new Map(told.clients.map((client) => [client.id, client.units]));
const asks = new Set(told.asks);

const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });

const server = createServer();
server.listen(told.port ?? 0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: told.clients.map(({ id, secret, scope, auth }) => ({
    client_id: id,
    client_secret: secret,
    scope,
    token_endpoint_auth_method: auth ?? "client_secret_basic",
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
  })),
  scopes: SCOPES,
  jwks: { keys: [{ ...key, use: "sig", alg: "RS256", kid: `key-${Date.now()}` }] },
  cookies: { keys: ["of no client here"] },
  ttl: { ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 600 },
  extraTokenClaims: (_ctx, token) => {
    const mine = units.get(token.clientId);
    return mine === undefined ? undefined : { units: mine };
  },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    introspection: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) =>
        asks.has(client.clientId) || token.clientId === client.clientId,
    },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: (_ctx, _client, oneOf) => oneOf ?? "urn:corsheet",
      getResourceServerInfo: (_ctx, resource) => {
        const found = RESOURCES[resource];
        if (found === undefined) throw new errors.InvalidTarget();
        return { ...found, scope: SCOPES.join(" "), jwt: { sign: { alg: "RS256" } } };
      },
    },
  },
});

server.on("request", provider.callback());
console.log(issuer);

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
