// The agent's books: sequence numbers, calls and drops per hook, faults of our own. Needs no Frida.

const FAULTS_PER_PLACE = 20;

export interface CounterRecord {
  k: "counters";
  at_ms: number;
  last_seq: number;
  called: number[];
  dropped: number[];
  final: boolean;
}

export class Books {
  readonly #nowMs: () => number;
  readonly #report: (record: object) => void;
  #seq = 0;
  #called: number[] = [];
  #dropped: number[] = [];
  readonly #faults = new Map<string, number>();

  constructor(nowMs: () => number, report: (record: object) => void) {
    this.#nowMs = nowMs;
    this.#report = report;
  }

  open(hooks: number): void {
    this.#called = Array.from({ length: hooks }, () => 0);
    this.#dropped = Array.from({ length: hooks }, () => 0);
  }

  /** A call of a hook begins: its sequence number. */
  call(hook: number): number {
    this.#called[hook] = (this.#called[hook] ?? 0) + 1;
    return ++this.#seq;
  }

  drop(hook: number): void {
    this.#dropped[hook] = (this.#dropped[hook] ?? 0) + 1;
  }

  counters(final: boolean): CounterRecord {
    return {
      k: "counters",
      at_ms: this.#nowMs(),
      last_seq: this.#seq,
      called: [...this.#called],
      dropped: [...this.#dropped],
      final,
    };
  }

  get lastSeq(): number {
    return this.#seq;
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
