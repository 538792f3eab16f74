"""Calls `GET /api/me` with the official SDK. Arguments: base URL, API token, calls in flight, seconds.

Prints calls per second, and microseconds of processor time per call.
"""

import asyncio
import sys
import time

from qelos_sdk import QelosSDK, QelosSDKOptions

# Seconds, as for the SDK in TypeScript.
WARM_UP = 3


class Load:
    def __init__(self, base, token):
        self.sdk = QelosSDK(QelosSDKOptions(app_url=base, api_token=token))
        self.calls = 0

    async def call_forever(self):
        while True:
            user = await self.sdk.authentication.get_logged_in_user()
            assert user["username"] == "ada@acme.example"
            self.calls += 1


async def main(base, token, in_flight, seconds):
    load = Load(base, token)
    callers = [asyncio.create_task(load.call_forever()) for _ in range(int(in_flight))]
    await asyncio.sleep(WARM_UP)
    start, used, before = time.perf_counter(), time.process_time(), load.calls
    await asyncio.sleep(float(seconds))
    made, lasted, used = load.calls - before, time.perf_counter() - start, time.process_time() - used
    for caller in callers:
        if caller.done():
            caller.result()
        caller.cancel()
    print(made / lasted, used * 1e6 / made)


asyncio.run(main(*sys.argv[1:]))
