// Which callers a hook does not care for (Hook.skip_callers). Pure.

const SECURITY_API = /^(java\.security|javax\.crypto|javax\.net)\./;

/** Whether the innermost frame outside the security API begins with one of `prefixes`. Pure. */
export function skips(frames: string[], prefixes: string[]): boolean {
  const caller = frames.find((frame) => !SECURITY_API.test(frame));
  return caller !== undefined && prefixes.some((prefix) => caller.startsWith(prefix));
}
