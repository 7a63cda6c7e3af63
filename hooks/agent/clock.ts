// The device's clocks: wall time as Unix milliseconds with a fraction, and monotonic microseconds since the agent
// began.

const REALTIME = 0;
const MONOTONIC = 1;

const read = new NativeFunction(Module.getGlobalExportByName("clock_gettime"), "int", ["int", "pointer"], {
  scheduling: "exclusive",
  exceptions: "propagate",
});
const time = Memory.alloc(16); // safe to share: an exclusive call keeps the JavaScript lock

function microseconds(clock: number): number {
  read(clock, time);
  return (
    (time.readLong().valueOf() as number) * 1e6 + (time.add(Process.pointerSize).readLong().valueOf() as number) / 1e3
  );
}

const began = microseconds(MONOTONIC);

export function wallMs(): number {
  return Math.round(microseconds(REALTIME)) / 1e3;
}

export function elapsedUs(): number {
  return Math.round(microseconds(MONOTONIC) - began);
}
