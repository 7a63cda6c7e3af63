// The agent's books: calls and drops per hook, faults of our own. The numbers themselves are kept by a ledger: the
// native core's, or the plain one below. Needs no Frida.

const FAULTS_PER_PLACE = 20;

export interface CounterRecord {
  k: "counters";
  at_ms: number;
  last_seq: number;
  called: number[];
  dropped: number[];
  final: boolean;
}

export interface Counts {
  last_seq: number;
  called: number[];
  dropped: number[];
}

export interface Ledger {
  open(hooks: number): void;
  /** A call of a hook begins: its sequence number. */
  call(hook: number): number;
  drop(hook: number): void;
  nextBlob(): number;
  counts(): Counts;
}

export class PlainLedger implements Ledger {
  #seq = 0;
  #blob = 0;
  #called: number[] = [];
  #dropped: number[] = [];

  open(hooks: number): void {
    this.#called = Array.from({ length: hooks }, () => 0);
    this.#dropped = Array.from({ length: hooks }, () => 0);
  }

  call(hook: number): number {
    this.#called[hook] = (this.#called[hook] ?? 0) + 1;
    return ++this.#seq;
  }

  drop(hook: number): void {
    this.#dropped[hook] = (this.#dropped[hook] ?? 0) + 1;
  }

  nextBlob(): number {
    return ++this.#blob;
  }

  counts(): Counts {
    return { last_seq: this.#seq, called: [...this.#called], dropped: [...this.#dropped] };
  }
}

export class Books {
  readonly #ledger: Ledger;
  readonly #nowMs: () => number;
  readonly #report: (record: object) => void;
  readonly #faults = new Map<string, number>();

  constructor(ledger: Ledger, nowMs: () => number, report: (record: object) => void) {
    this.#ledger = ledger;
    this.#nowMs = nowMs;
    this.#report = report;
  }

  open(hooks: number): void {
    this.#ledger.open(hooks);
  }

  /** A call of a hook begins: its sequence number. */
  call(hook: number): number {
    return this.#ledger.call(hook);
  }

  drop(hook: number): void {
    this.#ledger.drop(hook);
  }

  nextBlob(): number {
    return this.#ledger.nextBlob();
  }

  counters(final: boolean): CounterRecord {
    return { k: "counters", at_ms: this.#nowMs(), ...this.#ledger.counts(), final };
  }

  /** A fault of ours; the same place is not reported for ever. */
  fault(where: string, error: unknown, hook: number | null = null): void {
    const place = `${where} ${hook}`;
    const count = (this.#faults.get(place) ?? 0) + 1;
    this.#faults.set(place, count);
    if (count > FAULTS_PER_PLACE) return;
    const message = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ""}` : String(error);
    this.#report({ k: "fault", at_ms: this.#nowMs(), where, message, hook });
  }
}
