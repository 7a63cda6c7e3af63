// The stubs of hooks/agent/stub.ts for a test that runs them in an emulator of each processor.
import { STUBS } from "./stub.js";

rpc.exports = {
  stub(arch: string, point: string, handle: string, count: number): number[] {
    return Array.from(STUBS[arch]?.({ point: BigInt(point), handle: BigInt(handle), count }) ?? []);
  },
};
