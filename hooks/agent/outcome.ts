// What the canary's calls say of hooks in this process. Needs no Frida.

export type SelfCheckOutcome = "sound" | "cured" | "fallback" | "blind" | "unavailable" | "refused";

/** One way to secure hooks, and the outcome if it does. */
export interface Attempt {
  outcome: "sound" | "cured" | "fallback";
  /** Have all hooks set from now on secured this way. */
  prepare(): void;
}

/** How many calls of one method its hook has seen. */
export interface Sight {
  method: string;
  inside: number; // the static initialiser
  after: number;
}

export type Seen = "all" | "late" | "not all";

/** Every method is called once inside the initialiser and `calls` times after it. More than that is as wrong as less. */
export function judge(sights: Sight[], calls: number): Seen {
  if (sights.length === 0 || sights.some((sight) => sight.after !== calls || sight.inside > 1)) return "not all";
  return sights.every((sight) => sight.inside === 1) ? "all" : "late";
}

export function tell(sights: Sight[], calls: number): string {
  const missed = sights.filter((sight) => sight.inside !== 1 || sight.after !== calls);
  if (missed.length === 0)
    return `${sights.length} methods: 1 of 1 call inside the initialiser, ${calls} of ${calls} after`;
  const each = missed.map(({ method, inside, after }) => `${method} ${inside} of 1 and ${after} of ${calls}`);
  return `seen inside the initialiser and after it: ${each.join(", ")}`;
}

/** The first attempt that saw all; else the first that saw all but the initialiser; else none is to be trusted. */
export function decide<A extends Attempt>(
  tried: { attempt: A; seen: Seen }[],
): { outcome: SelfCheckOutcome; attempt: A | null } {
  const sound = tried.find(({ seen }) => seen === "all");
  if (sound !== undefined) return { outcome: sound.attempt.outcome, attempt: sound.attempt };
  const late = tried.find(({ seen }) => seen === "late");
  if (late !== undefined) return { outcome: "blind", attempt: late.attempt };
  return { outcome: "refused", attempt: null };
}
