// Records on their way to the probe: batches, an acknowledgement window, counted drops. Needs no Frida: what it sends
// with and waits with is given to it.
import { lineOf } from "./text.js";

export interface Port {
  send(header: { type: "batch"; no: number; text: number; bytes: number }, text: string, blobs: ArrayBuffer[]): void;
  schedule(work: () => void, afterMs: number): void;
  sleep(seconds: number): void;
  nowMs(): number;
  /** False on the thread that hears the acknowledgements. */
  mayWait(): boolean;
}

export interface Blob {
  id: number; // unique in the process; values refer to it
  content: ArrayBuffer;
}

/** What the rest of the agent needs of an outbox: this one, or the native core's. */
export interface Mail {
  /** Take one record and the blobs it refers to. False: no room within `patience` ms, nothing was taken. */
  push(record: object, blobs: Blob[], patience: Patience): boolean;
  /** Reports, faults and counters: small, few, and never refused. */
  note(record: object): void;
  flush(): void;
  /** The probe has handed on batch `no` and all before it. */
  acknowledge(no: number): void;
  /** Nobody reads any more: no thread may go on waiting for room. */
  close(): void;
  readonly lastBatch: number;
}

export const BATCH_BYTES = 200_000; // throughput falls above it (perf.md section B)
const BATCH_RECORDS = 256;
const BATCH_AGE_MS = 50;
const ALONE_BYTES = 64_000;
const WINDOW_BYTES = 8_000_000; // sent and not acknowledged: bounds the memory on both sides
const WINDOW_BATCHES = 63; // and the one being filled: 16,384 records at most (harness.model.records.IN_FLIGHT_BOUND)
const POLL_S = 0.002;

/** How long a thread may wait for room; null: as long as it takes. */
export type Patience = number | null;

export class Outbox implements Mail {
  readonly #port: Port;
  #lines: string[] = [];
  #blobs: ArrayBuffer[] = [];
  #bytes = 0;
  #scheduled = false;
  #lastBatch = 0;
  readonly #inFlight = new Map<number, number>();
  #inFlightBytes = 0;
  #closed = false;

  constructor(port: Port) {
    this.#port = port;
  }

  push(record: object, blobs: Blob[], patience: Patience): boolean {
    const lines = linesOf(record, blobs);
    const size = lines.length + blobs.reduce((sum, blob) => sum + blob.content.byteLength, 0);
    if (this.#bytes > 0 && (size >= ALONE_BYTES || this.#bytes + size > BATCH_BYTES)) this.flush();
    if (!this.#waitForRoom(size, patience)) return false;
    this.#lines.push(lines);
    this.#blobs.push(...blobs.map((blob) => blob.content));
    this.#bytes += size;
    if (size >= ALONE_BYTES || this.#bytes >= BATCH_BYTES || this.#lines.length >= BATCH_RECORDS) this.flush();
    else this.#scheduleFlush();
    return true;
  }

  note(record: object): void {
    if (!this.push(record, [], 0)) this.#force(record);
  }

  close(): void {
    this.#closed = true;
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    const text = this.#lines.join("\n");
    const blobs = this.#blobs;
    const no = ++this.#lastBatch;
    const bytes = this.#bytes;
    this.#lines = [];
    this.#blobs = [];
    this.#bytes = 0;
    this.#inFlight.set(no, bytes);
    this.#inFlightBytes += bytes;
    this.#port.send({ type: "batch", no, text: text.length, bytes }, text, blobs);
  }

  acknowledge(no: number): void {
    for (const [sent, bytes] of this.#inFlight) {
      if (sent > no) continue;
      this.#inFlight.delete(sent);
      this.#inFlightBytes -= bytes;
    }
  }

  get lastBatch(): number {
    return this.#lastBatch;
  }

  #force(record: object): void {
    this.#lines.push(lineOf(record));
    this.#bytes += 1;
    this.#scheduleFlush();
  }

  #hasRoom(size: number): boolean {
    if (this.#inFlight.size === 0) return true; // even for a record larger than the window
    if (!this.#port.mayWait()) return true;
    return this.#inFlight.size < WINDOW_BATCHES && this.#inFlightBytes + this.#bytes + size <= WINDOW_BYTES;
  }

  #waitForRoom(size: number, patience: Patience): boolean {
    const began = this.#port.nowMs();
    while (!this.#hasRoom(size)) {
      if (this.#closed) return false;
      if (patience !== null && this.#port.nowMs() - began >= patience) return false;
      this.#port.sleep(POLL_S);
    }
    return true;
  }

  #scheduleFlush(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#port.schedule(() => {
      this.#scheduled = false;
      this.flush();
    }, BATCH_AGE_MS);
  }
}

/** A record and, before it, its blobs, as lines. */
export function linesOf(record: object, blobs: Blob[]): string {
  return [...blobs.map((blob) => `B\t${blob.id}\t${blob.content.byteLength}`), lineOf(record)].join("\n");
}
