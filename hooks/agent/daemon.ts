// Runs before the Java bridge is evaluated: cures what the bridge does to a VM at its ends and when it exchanges
// methods, because once its code has been evaluated is too late.

const ATTACH_AS_DAEMON = 7; // slots of JNIInvokeInterface
const GET_ENV = 6;
const EXCEPTION_CHECK = 228; // slot of JNINativeInterface
const JNI_1_6 = 0x00010006;
const PASS_ON: NativeFunctionOptions = { exceptions: "propagate" }; // HotSpot uses SIGSEGV itself, all day long

let vm: NativePointer | null = null;

function slot(object: NativePointer, index: number): NativePointer {
  return object
    .readPointer()
    .add(index * Process.pointerSize)
    .readPointer();
}

function createdVm(): NativePointer | null {
  if (vm !== null) return vm;
  const library = Process.findModuleByName("libjvm.so") ?? Process.findModuleByName("libart.so");
  const find = library?.findExportByName("JNI_GetCreatedJavaVMs") ?? null;
  if (find === null) return null;
  const found = Memory.alloc(Process.pointerSize);
  const count = Memory.alloc(4);
  new NativeFunction(find, "int", ["pointer", "int", "pointer"], PASS_ON)(found, 1, count);
  vm = count.readInt() === 0 ? null : found.readPointer();
  return vm;
}

/**
 * Attach this thread so that the VM does not wait for it at its end: a plain attach keeps `main` from ever finishing.
 */
function attachAsDaemon(): NativePointer | null {
  const created = createdVm();
  if (created === null) return null;
  const env = Memory.alloc(Process.pointerSize);
  const get = new NativeFunction(slot(created, GET_ENV), "int", ["pointer", "pointer", "int"], PASS_ON);
  if (get(created, env, JNI_1_6) === 0) return env.readPointer();
  const attach = new NativeFunction(slot(created, ATTACH_AS_DAEMON), "int", ["pointer", "pointer", "pointer"], PASS_ON);
  return attach(created, env, NULL) === 0 ? env.readPointer() : null;
}

/**
 * HotSpot's VMThread::execute, which the bridge calls to exchange methods, leaves its caller in the state "in VM". A
 * Frida thread that then goes idle blocks every later safepoint: the app stands still at its next garbage collection.
 * A JNI call that enters the VM puts the state right (GetVersion does not enter it).
 */
function settle(): void {
  const created = createdVm();
  if (created === null) return;
  const env = Memory.alloc(Process.pointerSize);
  const get = new NativeFunction(slot(created, GET_ENV), "int", ["pointer", "pointer", "int"], PASS_ON);
  if (get(created, env, JNI_1_6) !== 0) return;
  const handle = env.readPointer();
  new NativeFunction(slot(handle, EXCEPTION_CHECK), "uint8", ["pointer"], PASS_ON)(handle);
}

const calloc = new NativeFunction(Module.getGlobalExportByName("calloc"), "pointer", ["size_t", "size_t"], PASS_ON);
const allocate = Memory.alloc;
let exchanging = 0;

// HotSpot keeps using the bridge's copies of methods (a frame of one may be on a stack) after our script, and with it
// all memory of Memory.alloc, is gone; its collector crashed on one. What is made during an exchange is never freed.
const alloc: typeof Memory.alloc = (size, options) =>
  exchanging > 0 ? calloc(1, Number(size)) : allocate(size, options);
Object.defineProperty(globalThis, "Memory", {
  value: Object.create(Memory, { alloc: { value: alloc } }) as typeof Memory,
});

const tick = Script.nextTick;
const queue: (() => void)[] = [];

function runTicks(): void {
  for (let work = queue.shift(); work !== undefined; work = queue.shift()) {
    exchanging++;
    try {
      work();
    } catch (error) {
      tick(() => {
        throw error;
      }); // as Frida reports it, without harm to whoever called us
    } finally {
      exchanging--;
      settle();
    }
  }
}

// The bridge exchanges methods "on the next tick". Keeping its ticks in a queue of ours lets the agent run them at
// once: a hook set while the app waits is in force before the app goes on.
Script.nextTick = (work: ScheduledCallback, ...rest: unknown[]): void => {
  queue.push(() => work(...rest));
  tick(runTicks);
};

// The bridge attaches Frida's thread when it is evaluated and the VM is there already; it must find it attached.
const attachedBeforeBridge = attachAsDaemon() !== null;
Object.assign(globalThis, { attachAsDaemon, attachedBeforeBridge, runTicks });
