// Runs before the Java bridge is evaluated. Two hazards of the bridge are cured here, because afterwards is too late.

const ATTACH_AS_DAEMON = 7; // slots of JNIInvokeInterface
const GET_ENV = 6;
const GET_VERSION = 4; // slot of JNINativeInterface
const JNI_1_6 = 0x00010006;

let vm: NativePointer | null = null;

function slot(object: NativePointer, index: number): NativePointer {
  return object.readPointer().add(index * Process.pointerSize).readPointer();
}

function createdVm(): NativePointer | null {
  if (vm !== null) return vm;
  const library = Process.findModuleByName("libjvm.so") ?? Process.findModuleByName("libart.so");
  const find = library?.findExportByName("JNI_GetCreatedJavaVMs") ?? null;
  if (find === null) return null;
  const found = Memory.alloc(Process.pointerSize);
  const count = Memory.alloc(4);
  new NativeFunction(find, "int", ["pointer", "int", "pointer"])(found, 1, count);
  vm = count.readInt() === 0 ? null : found.readPointer();
  return vm;
}

/** Attach this thread so that the VM does not wait for it at its end: a plain attach keeps `main` from ever finishing. */
function attachAsDaemon(): NativePointer | null {
  const created = createdVm();
  if (created === null) return null;
  const env = Memory.alloc(Process.pointerSize);
  const get = new NativeFunction(slot(created, GET_ENV), "int", ["pointer", "pointer", "int"]);
  if (get(created, env, JNI_1_6) === 0) return env.readPointer();
  const attach = new NativeFunction(slot(created, ATTACH_AS_DAEMON), "int", ["pointer", "pointer", "pointer"]);
  return attach(created, env, NULL) === 0 ? env.readPointer() : null;
}

/**
 * HotSpot's VMThread::execute, which the bridge calls to exchange methods, leaves its caller in the state "in VM". A Frida
 * thread that then goes idle blocks every later safepoint: the app stands still at its next garbage collection. Any JNI
 * call puts the state right.
 */
function settle(): void {
  const created = createdVm();
  if (created === null) return;
  const env = Memory.alloc(Process.pointerSize);
  const get = new NativeFunction(slot(created, GET_ENV), "int", ["pointer", "pointer", "int"]);
  if (get(created, env, JNI_1_6) !== 0) return;
  const handle = env.readPointer();
  new NativeFunction(slot(handle, GET_VERSION), "int", ["pointer"])(handle);
}

const tick = Script.nextTick;
const queue: (() => void)[] = [];

function runTicks(): void {
  for (let work = queue.shift(); work !== undefined; work = queue.shift()) {
    try {
      work();
    } catch (error) {
      tick(() => { throw error; }); // as Frida reports it, without harm to whoever called us
    } finally {
      settle();
    }
  }
}

// The bridge exchanges methods "on the next tick". Keeping its ticks in a queue of ours lets the agent run them at once:
// a hook set while the app waits is in force before the app goes on.
Script.nextTick = (work: ScheduledCallback, ...rest: unknown[]): void => {
  queue.push(() => work(...rest));
  tick(runTicks);
};

attachAsDaemon();
Object.assign(globalThis, { attachAsDaemon, runTicks });
