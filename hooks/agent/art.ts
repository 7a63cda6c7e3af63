import type { BridgeMethod } from "./bridge.js";
import type { Host, Overload } from "./host.js";
import type { JavaCalls } from "./java.js";
import { javaFrames } from "./stack.js";

export class Art implements Host {
  readonly flavor = "art";
  readonly frames;
  constructor(calls: JavaCalls) { this.frames = javaFrames(calls); }
  watch(): void { throw new Error("not yet"); }
  overloads(): Overload[] { return []; }
  commit(_methods: BridgeMethod[]): boolean { return true; }
  stop(): void {}
}
