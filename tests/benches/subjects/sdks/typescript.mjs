// Calls `GET /api/me` with the official SDK. Arguments: base URL, API token, calls in flight, seconds.
// Prints calls per second, and microseconds of processor time per call.
import QelosSDK from '@qelos/sdk';

const [base, token, inFlight, seconds] = process.argv.slice(2);
// Milliseconds: Node compiles what is called often, and has done so by then.
const WARM_UP = 3000;

let calls = 0;
let running = true;

async function callForever(sdk) {
    while (running) {
        const user = await sdk.authentication.getLoggedInUser();
        if (user.username !== 'ada@acme.example') throw new Error('another user');
        calls += 1;
    }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const sdk = new QelosSDK({ appUrl: base, apiToken: token, fetch: globalThis.fetch });
const callers = Array.from({ length: Number(inFlight) }, () => callForever(sdk));
Promise.all(callers).catch((error) => {
    console.error(error);
    process.exit(1);
});

pause(WARM_UP).then(async () => {
    const [start, time, before] = [performance.now(), process.cpuUsage(), calls];
    await pause(Number(seconds) * 1000);
    const [made, lasted, { user, system }] = [calls - before, performance.now() - start, process.cpuUsage(time)];
    console.log((made / lasted) * 1000, (user + system) / made);
    process.exit(0);
});
