// The story in the official SDK for TypeScript: each step is one call. Needs a bundler, because the package cannot be loaded by
// Node.js as it is. `QELOS_URL` names the server. Prints a line of JSON for each step: its name, and what the call gave its caller.
import { readFileSync } from 'node:fs';

import QelosSDK from '@qelos/sdk';
import QelosAdministratorSDK from '@qelos/sdk/administrator';

const appUrl = process.env.QELOS_URL;
const NO_SUCH_ID = '0123456789abcdef01234567';
const NEXT_DAY = '2026-11-22T17:20:42.894Z';
const AT_ONCE = 8;

const una = { username: 'user1@qelos.test', password: 'user-pass-1' };
const duo = { username: 'user2@qelos.test', password: 'user-pass-2' };
const ruler = { username: 'admin@qelos.test', password: 'admin-pass-1' };

const sdk = (options = {}) => new QelosSDK({ appUrl, fetch: globalThis.fetch, ...options });
const withCookie = (cookie) => sdk({ extraHeaders: async () => ({ cookie }) });

// The body of a recorded request.
const recorded = (name) => JSON.parse(JSON.parse(readFileSync(`../fixtures/exchanges-more/${name}.json`)).request.body);

// Tells the recorder what happens next, or moves the clock of the server.
const tell = (what, body) => fetch(`${appUrl}/_story/${what}`, { method: 'POST', body: String(body) });

const print = (line) => console.log(JSON.stringify(line));

async function step(name, call) {
  await tell('step', name);
  try {
    const value = await call();
    const resolved = value instanceof Response ? `a Response object, status ${value.status}` : (value ?? null);
    print({ step: name, resolved });
    return value;
  } catch ({ name: error, message, details }) {
    print({ step: name, rejected: { name: error, message, ...(details && { details }) } });
  }
}

const missing = (name) => print({ step: name, missing: '3.11.11 has no such method' });

// Makes the same call many times at once, and counts what the callers get.
async function atOnce(call) {
  const settled = await Promise.allSettled(Array.from({ length: AT_ONCE }, call));
  const failed = settled.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.message);
  const texts = [...new Set(failed)].sort();
  const counted = texts.map((text) => `${failed.filter((one) => one === text).length} fail: ${text}`);
  return [`${AT_ONCE - failed.length} of ${AT_ONCE} succeed`, ...counted].join('; ');
}

async function people() {
  const { authentication } = sdk();
  const born = { birthDate: '1990-05-17' };
  await step('sign up with a cookie', () =>
    authentication.signup({ ...una, email: una.username, firstName: 'Una', lastName: 'User', ...born }));
  await step('sign up with tokens', () =>
    sdk().authentication.oAuthSignup({ ...duo, email: duo.username, firstName: 'Duo', lastName: 'User', ...born }));
  await step('sign up with invalid fields', () =>
    authentication.signup({ username: 'x', email: 'not-an-email', password: 'short', firstName: '1', lastName: '', birthDate: '' }));
  await step('sign up with tokens and a short password', () =>
    authentication.oAuthSignup({ username: 'y@qelos.test', email: 'y@qelos.test', password: 'short', firstName: 'Yan', lastName: 'Y', ...born }));
  await step('sign in with a cookie', () => authentication.signin(una));
  await step('sign in with a cookie and a wrong password', () => authentication.signin({ ...una, password: 'nope-nope' }));
  await step('sign in with tokens', () => sdk().authentication.oAuthSignin(duo));
  await step('sign in with tokens and a wrong password', () =>
    authentication.oAuthSignin({ ...una, password: 'nope-nope' }));
  await step('sign in as an unknown user', () =>
    authentication.oAuthSignin({ username: 'ghost@qelos.test', password: 'nope-nope' }));
  await step('sign in with the username in upper case', () =>
    sdk().authentication.oAuthSignin({ ...una, username: 'USER1@qelos.test' }));
  await step('sign in with a role of the user', () => sdk().authentication.oAuthSignin({ ...una, roles: ['user'] }));
  await step('sign in with a role of others', () => authentication.oAuthSignin({ ...una, roles: ['admin'] }));
  await step('who am I without a credential', () => sdk().authentication.getLoggedInUser());
  await step('sign out without a credential', () => sdk().authentication.logout());
}

async function signIn(workspace) {
  const client = sdk();
  const { payload } = await step('sign in to a workspace', () =>
    client.authentication.oAuthSignin({ ...una, workspace: workspace._id }));
  return { client, accessToken: payload.token, refreshToken: payload.refreshToken };
}

async function workspaces() {
  const first = sdk();
  await step('sign in before there is a workspace', () => first.authentication.oAuthSignin(una));
  const acme = await step('create a workspace', () => first.workspaces.create({ name: 'Acme Café', labels: [] }));
  const signedIn = await step('sign in with a cookie to a workspace', () =>
    sdk().authentication.signin({ ...una, workspace: acme._id }));
  const cookie = signedIn.headers['set-cookie'].split(';')[0];
  const browser = withCookie(cookie);
  await step('who am I with a cookie', () => browser.authentication.getLoggedInUser());
  const beta = await step('create a workspace with a cookie', () => browser.workspaces.create({ name: 'Beta' }));
  await step('list workspaces with a cookie', () => browser.workspaces.getList());
  const { client } = await signIn(acme);
  await step('who am I', () => client.authentication.getLoggedInUser());
  await step('list workspaces', () => client.workspaces.getList());
  await step('get a workspace', () => client.workspaces.getWorkspace(acme._id));
  await step('get an unknown workspace', () => client.workspaces.getWorkspace(NO_SUCH_ID));
  await step('get a workspace by a path', () => client.workspaces.getWorkspace('../me?x='));
  await step('list members', () => client.workspaces.getMembers(acme._id));
  await step('activate a workspace with tokens', () => client.workspaces.activate(acme._id));
  await step('activate a workspace with a cookie', () => browser.workspaces.activate(beta._id));
  await step('who am I in the activated workspace', () => browser.authentication.getLoggedInUser());
  return { acme, beta, client, browser };
}

async function profile({ client }) {
  await step('update the profile', () =>
    client.authentication.updateLoggedInUser({
      firstName: 'Ünä', lastName: 'Ω User', metadata: { a: 1 }, username: 'hacker@qelos.test', email: 'new@qelos.test', phone: '+1', birthDate: '1990-05-17',
    }));
  await step('who am I after an update', () => client.authentication.getLoggedInUser());
  await step('clear the picture', () =>
    client.authentication.updateLoggedInUser({ fullName: 'Una The User', profileImage: '' }));
  await step('update the birth date to a text that is no date', () =>
    client.authentication.updateLoggedInUser({ birthDate: 'not a date' }));
}

async function apiTokens({ client, browser, beta }) {
  const tokens = client.authentication;
  const create = (nickname, more) => tokens.createApiToken({ nickname, expiresAt: NEXT_DAY, ...more });
  await step('list API tokens when there is none', () => tokens.listApiTokens());
  const ci = await step('create an API token', () => create('ci'));
  const locked = await step('create an API token for a workspace', () => create('ws', { workspace: beta._id }));
  await step('create an API token with a cookie', () =>
    browser.authentication.createApiToken({ nickname: 'by cookie', expiresAt: NEXT_DAY }));
  await step('create an API token for a workspace of others', () => create('foreign', { workspace: NO_SUCH_ID }));
  await step('create an API token for a malformed workspace', () => create('bad', { workspace: 'nope' }));
  await step('create an API token that has expired', () =>
    create('past', { expiresAt: '2020-01-01T00:00:00.000Z' }));
  for (const nickname of ['5th', '6th', '7th', '8th', '9th']) {
    await step('create more API tokens', () => create(nickname));
  }
  await step('create the tenth API token', () => create('tenth'));
  await step('create one API token too many', () => create('eleven'));
  await step('list API tokens', () => tokens.listApiTokens());
  return { ci, locked };
}

async function withApiTokens({ client, acme }, { ci, locked }) {
  const keyed = sdk();
  await step('sign in with an API token', () => keyed.authentication.apiTokenSignin(ci.token));
  await step('sign in with tokens while an API token is set', () =>
    sdk({ apiToken: locked.token }).authentication.oAuthSignin(duo));
  const inBeta = sdk({ apiToken: locked.token });
  await step('who am I with an API token for a workspace', () => inBeta.authentication.getLoggedInUser());
  await step('list API tokens with an API token', () => keyed.authentication.listApiTokens());
  await step('create an API token with an API token', () =>
    keyed.authentication.createApiToken({ nickname: 'k', expiresAt: NEXT_DAY }));
  const unknown = `ql_${'0'.repeat(64)}`;
  await step('who am I with an unknown API token', () => sdk({ apiToken: unknown }).authentication.getLoggedInUser());
  await step('who am I with an unknown API token, with forceRefresh', () =>
    sdk({ apiToken: 'ql_bad', forceRefresh: true }).authentication.getLoggedInUser());
  await step('update the profile with an API token', () => keyed.authentication.updateLoggedInUser({ lastName: 'ViaKey' }));
  await step('list workspaces with an API token', () => keyed.workspaces.getList());
  await step('activate a workspace with an API token', () => keyed.workspaces.activate(acme._id));
  const made = await step('create a workspace with an API token', () => keyed.workspaces.create({ name: 'By key', labels: [] }));
  await step('rename a workspace', () => client.workspaces.update(made._id, { name: 'Renamed' }));
  await step('delete a workspace', () => client.workspaces.remove(made._id));
  await step('sign out with an API token', () => inBeta.authentication.logout());

  const tokens = client.authentication;
  await step('delete an unknown API token', () => tokens.deleteApiToken(NO_SUCH_ID));
  await step('delete an API token by a malformed id', () => tokens.deleteApiToken('nope'));
  await step('delete an API token by a path', () => tokens.deleteApiToken('../../signin?x='));
  await step('delete an API token', () => tokens.deleteApiToken(ci.apiToken._id));
  await step('delete an API token again', () => tokens.deleteApiToken(ci.apiToken._id));
  await step('who am I with a deleted API token', () => keyed.authentication.getLoggedInUser());
}

async function invites({ client }) {
  const invited = sdk();
  await step('sign in with tokens', () => invited.authentication.oAuthSignin(duo));
  await step('list invites when there is none', () => invited.invites.getList());
  const invite = { email: duo.username, name: 'Duo' };
  const create = () => client.workspaces.create({ name: 'Shared', labels: [], invites: [invite] });
  const first = await step('create a workspace with an invite', create);
  await step('list invites', () => invited.invites.getList());
  await step('accept an invite', () => invited.invites.acceptWorkspace(first._id));
  await step('accept an invite again', () => invited.invites.acceptWorkspace(first._id));
  await step('list members after an invite', () => client.workspaces.getMembers(first._id));
  const second = await step('create a workspace with an invite', create);
  await step('decline an invite', () => invited.invites.declineWorkspace(second._id));
}

async function data({ client }) {
  const admin = new QelosAdministratorSDK({ appUrl, fetch: globalThis.fetch });
  await step('sign in as an administrator', () => admin.authentication.oAuthSignin(ruler));
  const owner = sdk();
  await step('sign in with tokens', () => owner.authentication.oAuthSignin(duo));
  await blueprints(owner, client, admin);
  await configurations(owner, admin);
  await users(owner, admin);
  await chats(admin);
}

async function blueprints(owner, other, admin) {
  const brand = recorded('413-blueprints-create');
  const car = recorded('414-blueprints-create-full');
  await step('create a blueprint', () => admin.manageBlueprints.create(brand));
  await step('create a blueprint with relations', () => admin.manageBlueprints.create(car));
  const asUser = new QelosAdministratorSDK({ appUrl, fetch: globalThis.fetch, accessToken: owner.authentication.accessToken });
  await step('create a blueprint as a user', () => asUser.manageBlueprints.create(car));
  await step('get a blueprint', () => admin.manageBlueprints.getBlueprint(car.identifier));
  await step('get a blueprint as a user', () => owner.blueprints.getBlueprint(car.identifier));
  await step('get an unknown blueprint', () => owner.blueprints.getBlueprint('nope'));
  await entities(owner, other, brand.identifier, car.identifier);
  await step('delete an unknown blueprint', () => admin.manageBlueprints.remove('nope'));
}

async function entities(owner, other, brandKey, carKey) {
  const brand = await step('create an entity', () => owner.blueprints.entitiesOf(brandKey).create({ title: 'VW' }));
  const cars = owner.blueprints.entitiesOf(carKey);
  const wanted = { ...recorded('429-entities-create-flat'), brand: brand.identifier };
  const golf = await step('create an entity with all kinds of properties', () => cars.create(wanted));
  await step('create an entity with a value outside of its list', () => cars.create({ name: 'X', color: 'pink' }));
  await step('create an entity with a text for a number', () => cars.create({ name: 'X', price: 'dear' }));
  await step('create an entity of an unknown blueprint', () => owner.blueprints.entitiesOf('nope').create({ a: 1 }));
  await step('get an entity', () => cars.getEntity(golf.identifier));
  await step('get an entity by a malformed identifier', () => cars.getEntity('nope'));
  await step('get an entity of another user', () => other.blueprints.entitiesOf(carKey).getEntity(golf.identifier));
  await step('list entities', () => cars.getList());
  await step('list entities by a property', () => cars.getList({ color: 'red' }));
  await step('list entities by a range', () => cars.getList({ 'price[$gt]': 5, 'price[$lt]': 15 }));
  await step('count entities', () => owner.blueprints.getCount(carKey));
  await step('update an entity', () => cars.update(golf.identifier, { metadata: { color: 'green' } }));
  await step('update an entity to a bad value', () => cars.update(golf.identifier, { price: -1 }));
  await step('delete an entity', () => cars.remove(golf.identifier));
  await step('delete an entity again', () => cars.remove(golf.identifier));
}

async function configurations(user, admin) {
  await step('get the configuration of the application without a credential', () => sdk().appConfigurations.getAppConfiguration());
  await step('update the configuration of the application', () => admin.appConfigurations.update({ slogan: 'Made here' }));
  await step('update the configuration of the application as a user', () => user.appConfigurations.update({ slogan: 'no' }));
  const wanted = recorded('542-configuration-create');
  await step('create a configuration', () => admin.manageConfigurations.create(wanted));
  await step('get a configuration', () => admin.manageConfigurations.getConfiguration(wanted.key));
  await step('get an unknown configuration', () => admin.manageConfigurations.getConfiguration('nope'));
  await step('delete a configuration', () => admin.manageConfigurations.remove(wanted.key));
  await step('delete an unknown configuration', () => admin.manageConfigurations.remove('nope'));
}

async function users(user, admin) {
  const { _id: duoId } = await step('who am I without a workspace', () => user.authentication.getLoggedInUser());
  const asUser = new QelosAdministratorSDK({ appUrl, fetch: globalThis.fetch, accessToken: user.authentication.accessToken });
  await step('list users as a user', () => asUser.users.getList());
  await step('list users by a pattern', () => admin.users.getList({ username: '^admin' }));
  await step('list users by a role that no user has', () => admin.users.getList({ roles: ['nobody'] }));
  await step('get a user', () => admin.users.getUser(duoId));
  await step('get a user as a user', () => asUser.users.getUser(duoId));
  await step('get a user by a malformed id', () => admin.users.getUser('nope'));
  const dora = await step('create a user', () => admin.users.create(recorded('318-users-create')));
  await step('create a user without an e-mail address', () => admin.users.create(recorded('322-users-create-not-email')));
  await step('update a user', () => admin.users.update(dora._id, recorded('325-users-update')));
  await step('update the roles of a user', () => admin.users.update(dora._id, { roles: ['editor'] }));
  await step('get data of a user when there is none', () => admin.users.getEncryptedData(dora._id, 'card'));
  await step('set data of a user', () => admin.users.setEncryptedData(dora._id, 'card', { last4: '4242' }));
  await step('get data of a user', () => admin.users.getEncryptedData(dora._id, 'card'));
  await step('delete a user', () => admin.users.remove(dora._id));
  await step('delete a user again', () => admin.users.remove(dora._id));
}

async function chats(admin) {
  const { chat } = admin.ai;
  const integration = process.env.QELOS_CHAT;
  const messages = [{ role: 'user', content: 'hi' }];
  await step('chat', () => chat.chat(integration, { messages }));
  await step('chat with an unknown integration', () => chat.chat(NO_SUCH_ID, { messages: [] }));
  await step('chat with a stream', async () => {
    const pieces = [];
    const stream = await chat.stream(integration, { messages });
    await chat.parseSSEStream(stream).processManually((event) => {
      pieces.push(event.content ?? '');
    });
    return pieces.join('');
  });
}

async function renewals({ acme }) {
  const { client, refreshToken } = await signIn(acme);
  await step('refresh the tokens', () => client.authentication.refreshToken());
  await step('refresh with a used token', () => client.authentication.refreshToken(refreshToken));
  const { client: lasting, ...tokens } = await signIn(acme);
  await tell('advance', 6 * 3600);
  await step('who am I with an expired token', () => lasting.authentication.getLoggedInUser());
  await step('many calls at once with an expired token', () => atOnce(() => lasting.authentication.getLoggedInUser()));
  const renewing = sdk({ ...tokens, forceRefresh: true });
  await step('who am I with an expired token, with forceRefresh', () => renewing.authentication.getLoggedInUser());
  await step('get an unknown workspace, with forceRefresh', () => renewing.workspaces.getWorkspace(NO_SUCH_ID));
  await tell('advance', 6 * 3600);
  await tell('hold', AT_ONCE);
  await step('many calls at once with an expired token, with forceRefresh', () =>
    atOnce(() => renewing.authentication.getLoggedInUser()));
  await step('who am I after many calls at once', () => renewing.authentication.getLoggedInUser());
}

async function signOuts({ acme }) {
  const { client, refreshToken } = await signIn(acme);
  await step('sign out', () => client.authentication.logout());
  await step('who am I after a sign-out', () => client.authentication.getLoggedInUser());
  await step('refresh after a sign-out', () => client.authentication.refreshToken(refreshToken));
  const signedIn = await step('sign in with a cookie to a workspace', () =>
    sdk().authentication.signin({ ...una, workspace: acme._id }));
  const cookie = withCookie(signedIn.headers['set-cookie'].split(';')[0]);
  await step('sign out with a cookie', () => cookie.authentication.logout());
  await step('who am I with a cookie after a sign-out', () => cookie.authentication.getLoggedInUser());
}

async function callbacks() {
  missing('exchange a refresh token for a cookie');
  missing('exchange a used refresh token for a cookie');
  missing('exchange an unknown refresh token for a cookie');
}

async function expiredApiToken({ locked }) {
  await tell('advance', 2 * 24 * 3600);
  await step('who am I with an expired API token', () => sdk({ apiToken: locked.token }).authentication.getLoggedInUser());
}

await people();
const world = await workspaces();
await profile(world);
const created = await apiTokens(world);
await withApiTokens(world, created);
await data(world);
await invites(world);
await renewals(world);
await signOuts(world);
await callbacks();
await expiredApiToken(created);
