// The answer for every single hook of the plan: how far it got, and why no further. Told again whenever it changes.
import { type Capture, parseCapture, type PlannedHook } from "./plan.js";

export type Status = "installed" | "pending" | "overload_missing" | "failed";

export interface Entry {
  index: number;
  planned: PlannedHook;
  captures: Capture[];
  status: Status;
  reason: string | null;
  initialisedByUs: boolean | null;
  seenAt: number | null;
  installedAt: number | null;
  className: string | null;
}

export class Answers {
  readonly entries: Entry[];
  readonly #nowMs: () => number;
  readonly #report: (record: object) => void;

  /** Every hook is told of once, as waiting or as one that can never be set. */
  constructor(plan: PlannedHook[], nowMs: () => number, report: (record: object) => void) {
    this.#nowMs = nowMs;
    this.#report = report;
    this.entries = plan.map((planned, index) => entryFor(planned, index));
    for (const entry of this.entries) this.#tell(entry);
  }

  /** The runtime is known: hooks for another one wait in vain. */
  runs(runtime: string): void {
    for (const entry of this.entries) {
      const meant = entry.planned.runtime;
      if (meant !== null && meant !== runtime) this.refused(entry, "failed", `for ${meant} only`);
    }
  }

  refuseAll(reason: string): void {
    for (const entry of this.entries) this.refused(entry, "failed", reason);
  }

  seen(entry: Entry, className: string): void {
    entry.seenAt ??= this.#nowMs();
    if (entry.status !== "installed") entry.className = className;
  }

  installed(entry: Entry): void {
    if (entry.status === "installed") return;
    entry.installedAt = this.#nowMs();
    this.#change(entry, "installed", null);
  }

  /** A second class of the same name that lacks the method does not undo what was set on the first. */
  refused(entry: Entry, status: "overload_missing" | "failed", reason: string): void {
    if (entry.status !== "installed") this.#change(entry, status, reason);
  }

  #change(entry: Entry, status: Status, reason: string | null): void {
    entry.status = status;
    entry.reason = reason;
    this.#tell(entry);
  }

  #tell(entry: Entry): void {
    this.#report({
      k: "hook",
      index: entry.index,
      status: entry.status,
      reason: entry.reason,
      initialised_by_us: entry.initialisedByUs,
      seen_at_ms: entry.seenAt,
      installed_at_ms: entry.installedAt,
      class_name: entry.className,
    });
  }
}

function entryFor(planned: PlannedHook, index: number): Entry {
  const entry: Entry = {
    index,
    planned,
    captures: [],
    status: "pending",
    reason: waitingFor(planned),
    initialisedByUs: null,
    seenAt: null,
    installedAt: null,
    className: null,
  };
  try {
    return { ...entry, captures: planned.capture.map((word, at) => parseCapture(word, planned.names[at])) };
  } catch (error) {
    return { ...entry, status: "failed", reason: String(error) };
  }
}

function waitingFor({ found_by, class_name, native }: PlannedHook): string {
  if (native !== null) return `no module like ${native} seen yet`;
  return found_by === null
    ? `class ${class_name} not seen yet`
    : `${found_by.class_name}.${found_by.method}() has not returned yet`;
}
