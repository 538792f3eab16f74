"""The story in the official SDK for Python: each step is one call, as in `story.mjs`. `QELOS_URL` names the server. Prints a line of
JSON for each step: its name, and what the call gave its caller."""

import asyncio
import json
import os
from pathlib import Path

import httpx
from qelos_sdk import QelosSDK, QelosSDKOptions
from qelos_sdk.administrator import QelosAdministratorSDK

APP_URL = os.environ["QELOS_URL"]
NO_SUCH_ID = "0123456789abcdef01234567"
NEXT_DAY = "2026-11-22T17:20:42.894Z"
AT_ONCE = 8

UNA = {"username": "user1@qelos.test", "password": "user-pass-1"}
DUO = {"username": "user2@qelos.test", "password": "user-pass-2"}
RULER = {"username": "admin@qelos.test", "password": "admin-pass-1"}


def sdk(**options):
    return QelosSDK(QelosSDKOptions(app_url=APP_URL, **options))


def with_cookie(cookie):
    async def extra_headers(_path, _force_refresh=False):
        return {"cookie": cookie}

    return sdk(extra_headers=extra_headers)


def recorded(name):
    """The body of a recorded request."""
    recording = json.loads(Path(f"../fixtures/exchanges-more/{name}.json").read_text(encoding="utf-8"))
    return json.loads(recording["request"]["body"])


async def tell(what, body):
    """Tells the recorder what happens next, or moves the clock of the server."""
    async with httpx.AsyncClient() as client:
        await client.post(f"{APP_URL}/_story/{what}", content=str(body))


async def step(name, call):
    await tell("step", name)
    try:
        value = await call()
    except Exception as error:
        details = getattr(error, "details", None)
        rejected = {"name": type(error).__name__, "message": str(error), **({"details": details} if details else {})}
        print(json.dumps({"step": name, "rejected": rejected}))
        return None
    is_response = isinstance(value, httpx.Response)
    resolved = f"a Response object, status {value.status_code}" if is_response else value
    print(json.dumps({"step": name, "resolved": resolved}))
    return value


async def at_once(call):
    """Makes the same call many times at once, and counts what the callers get."""
    settled = await asyncio.gather(*(call() for _ in range(AT_ONCE)), return_exceptions=True)
    failed = [str(one) for one in settled if isinstance(one, Exception)]
    counted = [f"{failed.count(text)} fail: {text}" for text in sorted(set(failed))]
    return "; ".join([f"{AT_ONCE - len(failed)} of {AT_ONCE} succeed", *counted])


async def people():
    authentication = sdk().authentication
    born = {"birthDate": "1990-05-17"}
    una = {**UNA, "email": UNA["username"], "firstName": "Una", "lastName": "User", **born}
    await step("sign up with a cookie", lambda: authentication.signup(una))
    duo = {**DUO, "email": DUO["username"], "firstName": "Duo", "lastName": "User", **born}
    await step("sign up with tokens", lambda: sdk().authentication.oauth_signup(duo))
    invalid = {"username": "x", "email": "not-an-email", "password": "short", "firstName": "1", "lastName": "", "birthDate": ""}
    await step("sign up with invalid fields", lambda: authentication.signup(invalid))
    short = {"username": "y@qelos.test", "email": "y@qelos.test", "password": "short", "firstName": "Yan", "lastName": "Y", **born}
    await step("sign up with tokens and a short password", lambda: authentication.oauth_signup(short))
    await step("sign in with a cookie", lambda: authentication.signin(UNA))
    wrong = {**UNA, "password": "nope-nope"}
    await step("sign in with a cookie and a wrong password", lambda: authentication.signin(wrong))
    await step("sign in with tokens", lambda: sdk().authentication.oauth_signin(DUO))
    await step("sign in with tokens and a wrong password", lambda: authentication.oauth_signin(wrong))
    ghost = {"username": "ghost@qelos.test", "password": "nope-nope"}
    await step("sign in as an unknown user", lambda: authentication.oauth_signin(ghost))
    upper = {**UNA, "username": "USER1@qelos.test"}
    await step("sign in with the username in upper case", lambda: sdk().authentication.oauth_signin(upper))
    await step("sign in with a role of the user", lambda: sdk().authentication.oauth_signin({**UNA, "roles": ["user"]}))
    await step("sign in with a role of others", lambda: authentication.oauth_signin({**UNA, "roles": ["admin"]}))
    await step("who am I without a credential", lambda: sdk().authentication.get_logged_in_user())
    await step("sign out without a credential", lambda: sdk().authentication.logout())


async def sign_in(workspace):
    client = sdk()
    wanted = {**UNA, "workspace": workspace["_id"]}
    signed_in = await step("sign in to a workspace", lambda: client.authentication.oauth_signin(wanted))
    return client, signed_in["payload"]["token"], signed_in["payload"]["refreshToken"]


async def cookie_of(workspace):
    wanted = {**UNA, "workspace": workspace["_id"]}
    signed_in = await step("sign in with a cookie to a workspace", lambda: sdk().authentication.signin(wanted))
    return with_cookie(signed_in["headers"]["set-cookie"].split(";")[0])


async def workspaces():
    first = sdk()
    await step("sign in before there is a workspace", lambda: first.authentication.oauth_signin(UNA))
    acme = await step("create a workspace", lambda: first.workspaces.create({"name": "Acme Café", "labels": []}))
    browser = await cookie_of(acme)
    await step("who am I with a cookie", browser.authentication.get_logged_in_user)
    beta = await step("create a workspace with a cookie", lambda: browser.workspaces.create({"name": "Beta"}))
    await step("list workspaces with a cookie", browser.workspaces.get_list)
    client, _, _ = await sign_in(acme)
    await step("who am I", client.authentication.get_logged_in_user)
    await step("list workspaces", client.workspaces.get_list)
    await step("get a workspace", lambda: client.workspaces.get_workspace(acme["_id"]))
    await step("get an unknown workspace", lambda: client.workspaces.get_workspace(NO_SUCH_ID))
    await step("get a workspace by a path", lambda: client.workspaces.get_workspace("../me?x="))
    await step("list members", lambda: client.workspaces.get_members(acme["_id"]))
    await step("activate a workspace with tokens", lambda: client.workspaces.activate(acme["_id"]))
    await step("activate a workspace with a cookie", lambda: browser.workspaces.activate(beta["_id"]))
    await step("who am I in the activated workspace", browser.authentication.get_logged_in_user)
    return acme, beta, client, browser


async def profile(client):
    update = client.authentication.update_logged_in_user
    changes = {
        "firstName": "Ünä", "lastName": "Ω User", "metadata": {"a": 1}, "username": "hacker@qelos.test",
        "email": "new@qelos.test", "phone": "+1", "birthDate": "1990-05-17",
    }
    await step("update the profile", lambda: update(changes))
    await step("who am I after an update", client.authentication.get_logged_in_user)
    await step("clear the picture", lambda: update({"fullName": "Una The User", "profileImage": ""}))
    await step("update the birth date to a text that is no date", lambda: update({"birthDate": "not a date"}))


async def api_tokens(client, browser, beta):
    tokens = client.authentication

    def create(nickname, **more):
        return lambda: tokens.create_api_token({"nickname": nickname, "expiresAt": NEXT_DAY, **more})

    await step("list API tokens when there is none", tokens.list_api_tokens)
    ci = await step("create an API token", create("ci"))
    locked = await step("create an API token for a workspace", create("ws", workspace=beta["_id"]))
    by_cookie = {"nickname": "by cookie", "expiresAt": NEXT_DAY}
    await step("create an API token with a cookie", lambda: browser.authentication.create_api_token(by_cookie))
    await step("create an API token for a workspace of others", create("foreign", workspace=NO_SUCH_ID))
    await step("create an API token for a malformed workspace", create("bad", workspace="nope"))
    await step("create an API token that has expired", create("past", expiresAt="2020-01-01T00:00:00.000Z"))
    for nickname in ["5th", "6th", "7th", "8th", "9th"]:
        await step("create more API tokens", create(nickname))
    await step("create the tenth API token", create("tenth"))
    await step("create one API token too many", create("eleven"))
    await step("list API tokens", tokens.list_api_tokens)
    return ci, locked


async def with_api_tokens(client, acme, ci, locked):
    keyed = sdk()
    await step("sign in with an API token", lambda: keyed.authentication.api_token_signin(ci["token"]))
    in_beta = sdk(api_token=locked["token"])
    await step("sign in with tokens while an API token is set", lambda: in_beta.authentication.oauth_signin(DUO))
    await step("who am I with an API token for a workspace", in_beta.authentication.get_logged_in_user)
    await step("list API tokens with an API token", keyed.authentication.list_api_tokens)
    wanted = {"nickname": "k", "expiresAt": NEXT_DAY}
    await step("create an API token with an API token", lambda: keyed.authentication.create_api_token(wanted))
    unknown = sdk(api_token="ql_" + "0" * 64)
    await step("who am I with an unknown API token", unknown.authentication.get_logged_in_user)
    bad = sdk(api_token="ql_bad", force_refresh=True)
    await step("who am I with an unknown API token, with forceRefresh", bad.authentication.get_logged_in_user)
    changes = {"lastName": "ViaKey"}
    await step("update the profile with an API token", lambda: keyed.authentication.update_logged_in_user(changes))
    await step("list workspaces with an API token", keyed.workspaces.get_list)
    await step("activate a workspace with an API token", lambda: keyed.workspaces.activate(acme["_id"]))
    by_key = {"name": "By key", "labels": []}
    made = await step("create a workspace with an API token", lambda: keyed.workspaces.create(by_key))
    await step("rename a workspace", lambda: client.workspaces.update(made["_id"], {"name": "Renamed"}))
    await step("delete a workspace", lambda: client.workspaces.remove(made["_id"]))
    await step("sign out with an API token", in_beta.authentication.logout)

    delete = client.authentication.delete_api_token
    await step("delete an unknown API token", lambda: delete(NO_SUCH_ID))
    await step("delete an API token by a malformed id", lambda: delete("nope"))
    await step("delete an API token by a path", lambda: delete("../../signin?x="))
    await step("delete an API token", lambda: delete(ci["apiToken"]["_id"]))
    await step("delete an API token again", lambda: delete(ci["apiToken"]["_id"]))
    await step("who am I with a deleted API token", keyed.authentication.get_logged_in_user)


async def invites(client):
    invited = sdk()
    await step("sign in with tokens", lambda: invited.authentication.oauth_signin(DUO))
    await step("list invites when there is none", invited.invites.get_list)
    workspace = {"name": "Shared", "labels": [], "invites": [{"email": DUO["username"], "name": "Duo"}]}
    first = await step("create a workspace with an invite", lambda: client.workspaces.create(workspace))
    await step("list invites", invited.invites.get_list)
    await step("accept an invite", lambda: invited.invites.accept_workspace(first["_id"]))
    await step("accept an invite again", lambda: invited.invites.accept_workspace(first["_id"]))
    await step("list members after an invite", lambda: client.workspaces.get_members(first["_id"]))
    second = await step("create a workspace with an invite", lambda: client.workspaces.create(workspace))
    await step("decline an invite", lambda: invited.invites.decline_workspace(second["_id"]))


async def data(client):
    admin = QelosAdministratorSDK(QelosSDKOptions(app_url=APP_URL))
    await step("sign in as an administrator", lambda: admin.authentication.oauth_signin(RULER))
    owner = sdk()
    await step("sign in with tokens", lambda: owner.authentication.oauth_signin(DUO))
    await blueprints(owner, client, admin)
    await configurations(owner, admin)
    await users(owner, admin)
    await chats(admin)


async def blueprints(owner, other, admin):
    brand = recorded("413-blueprints-create")
    car = recorded("414-blueprints-create-full")
    await step("create a blueprint", lambda: admin.manage_blueprints.create(brand))
    await step("create a blueprint with relations", lambda: admin.manage_blueprints.create(car))
    token = owner.authentication.access_token
    as_user = QelosAdministratorSDK(QelosSDKOptions(app_url=APP_URL, access_token=token))
    await step("create a blueprint as a user", lambda: as_user.manage_blueprints.create(car))
    await step("get a blueprint", lambda: admin.manage_blueprints.get_blueprint(car["identifier"]))
    await step("get a blueprint as a user", lambda: owner.blueprints.get_blueprint(car["identifier"]))
    await step("get an unknown blueprint", lambda: owner.blueprints.get_blueprint("nope"))
    await entities(owner, other, brand["identifier"], car["identifier"])
    await step("delete an unknown blueprint", lambda: admin.manage_blueprints.remove("nope"))


async def entities(owner, other, brand_key, car_key):
    brands = owner.blueprints.entities_of(brand_key)
    brand = await step("create an entity", lambda: brands.create({"title": "VW"}))
    cars = owner.blueprints.entities_of(car_key)
    wanted = {**recorded("429-entities-create-flat"), "brand": brand["identifier"]}
    golf = await step("create an entity with all kinds of properties", lambda: cars.create(wanted))
    pink = {"name": "X", "color": "pink"}
    await step("create an entity with a value outside of its list", lambda: cars.create(pink))
    await step("create an entity with a text for a number", lambda: cars.create({"name": "X", "price": "dear"}))
    unknown = owner.blueprints.entities_of("nope")
    await step("create an entity of an unknown blueprint", lambda: unknown.create({"a": 1}))
    await step("get an entity", lambda: cars.get_entity(golf["identifier"]))
    await step("get an entity by a malformed identifier", lambda: cars.get_entity("nope"))
    others = other.blueprints.entities_of(car_key)
    await step("get an entity of another user", lambda: others.get_entity(golf["identifier"]))
    await step("list entities", cars.get_list)
    await step("list entities by a property", lambda: cars.get_list({"color": "red"}))
    await step("list entities by a range", lambda: cars.get_list({"price[$gt]": 5, "price[$lt]": 15}))
    await step("count entities", lambda: owner.blueprints.get_count(car_key))
    changes = {"metadata": {"color": "green"}}
    await step("update an entity", lambda: cars.update(golf["identifier"], changes))
    await step("update an entity to a bad value", lambda: cars.update(golf["identifier"], {"price": -1}))
    await step("delete an entity", lambda: cars.remove(golf["identifier"]))
    await step("delete an entity again", lambda: cars.remove(golf["identifier"]))


async def configurations(user, admin):
    app = "configuration of the application"
    await step(f"get the {app} without a credential", sdk().app_configurations.get_app_configuration)
    await step(f"update the {app}", lambda: admin.app_configurations.update({"slogan": "Made here"}))
    await step(f"update the {app} as a user", lambda: user.app_configurations.update({"slogan": "no"}))
    wanted = recorded("542-configuration-create")
    manage = admin.manage_configurations
    await step("create a configuration", lambda: manage.create(wanted))
    await step("get a configuration", lambda: manage.get_configuration(wanted["key"]))
    await step("get an unknown configuration", lambda: manage.get_configuration("nope"))
    await step("delete a configuration", lambda: manage.remove(wanted["key"]))
    await step("delete an unknown configuration", lambda: manage.remove("nope"))


async def users(user, admin):
    me = await step("who am I without a workspace", user.authentication.get_logged_in_user)
    token = user.authentication.access_token
    as_user = QelosAdministratorSDK(QelosSDKOptions(app_url=APP_URL, access_token=token))
    await step("list users as a user", as_user.users.get_list)
    await step("list users by a pattern", lambda: admin.users.get_list({"username": "^admin"}))
    await step("list users by a role that no user has", lambda: admin.users.get_list({"roles": ["nobody"]}))
    await step("get a user", lambda: admin.users.get_user(me["_id"]))
    await step("get a user as a user", lambda: as_user.users.get_user(me["_id"]))
    await step("get a user by a malformed id", lambda: admin.users.get_user("nope"))
    dora = await step("create a user", lambda: admin.users.create(recorded("318-users-create")))
    without = recorded("322-users-create-not-email")
    await step("create a user without an e-mail address", lambda: admin.users.create(without))
    await step("update a user", lambda: admin.users.update(dora["_id"], recorded("325-users-update")))
    await step("update the roles of a user", lambda: admin.users.update(dora["_id"], {"roles": ["editor"]}))

    def get_data():
        return admin.users.get_encrypted_data(dora["_id"], "card")

    await step("get data of a user when there is none", get_data)
    data = {"last4": "4242"}
    await step("set data of a user", lambda: admin.users.set_encrypted_data(dora["_id"], "card", data))
    await step("get data of a user", get_data)
    await step("delete a user", lambda: admin.users.remove(dora["_id"]))
    await step("delete a user again", lambda: admin.users.remove(dora["_id"]))


async def chats(admin):
    chat = admin.ai.chat
    integration = os.environ["QELOS_CHAT"]
    messages = [{"role": "user", "content": "hi"}]
    await step("chat", lambda: chat.chat(integration, {"messages": messages}))
    await step("chat with an unknown integration", lambda: chat.chat(NO_SUCH_ID, {"messages": []}))

    async def stream():
        pieces = [event.get("content", "") async for event in await chat.stream(integration, {"messages": messages})]
        return "".join(pieces)

    await step("chat with a stream", stream)


async def renewals(acme):
    client, _, used = await sign_in(acme)
    await step("refresh the tokens", client.authentication.refresh_token)
    await step("refresh with a used token", lambda: client.authentication.refresh_token(used))
    lasting, access, refresh = await sign_in(acme)
    await tell("advance", 6 * 3600)
    await step("who am I with an expired token", lasting.authentication.get_logged_in_user)
    many = "many calls at once with an expired token"
    await step(many, lambda: at_once(lasting.authentication.get_logged_in_user))
    renewing = sdk(access_token=access, refresh_token=refresh, force_refresh=True)
    await step("who am I with an expired token, with forceRefresh", renewing.authentication.get_logged_in_user)
    await step("get an unknown workspace, with forceRefresh", lambda: renewing.workspaces.get_workspace(NO_SUCH_ID))
    await tell("advance", 6 * 3600)
    await tell("hold", AT_ONCE)
    await step(f"{many}, with forceRefresh", lambda: at_once(renewing.authentication.get_logged_in_user))
    await step("who am I after many calls at once", renewing.authentication.get_logged_in_user)


async def sign_outs(acme):
    client, _, refresh = await sign_in(acme)
    await step("sign out", client.authentication.logout)
    await step("who am I after a sign-out", client.authentication.get_logged_in_user)
    await step("refresh after a sign-out", lambda: client.authentication.refresh_token(refresh))
    cookie = await cookie_of(acme)
    await step("sign out with a cookie", cookie.authentication.logout)
    await step("who am I with a cookie after a sign-out", cookie.authentication.get_logged_in_user)


async def callbacks(acme):
    client, _, refresh = await sign_in(acme)
    exchange = client.authentication.exchange_auth_callback
    await step("exchange a refresh token for a cookie", lambda: exchange(refresh))
    await step("exchange a used refresh token for a cookie", lambda: exchange(refresh))
    await step("exchange an unknown refresh token for a cookie", lambda: exchange("garbage"))


async def expired_api_token(locked):
    await tell("advance", 2 * 24 * 3600)
    expired = sdk(api_token=locked["token"])
    await step("who am I with an expired API token", expired.authentication.get_logged_in_user)


async def story():
    await people()
    acme, beta, client, browser = await workspaces()
    await profile(client)
    ci, locked = await api_tokens(client, browser, beta)
    await with_api_tokens(client, acme, ci, locked)
    await data(client)
    await invites(client)
    await renewals(acme)
    await sign_outs(acme)
    await callbacks(acme)
    await expired_api_token(locked)


asyncio.run(story())
