// An agent that hooks as other tools do: the overload found anew from the values, Strings carried by the bridge,
// containers read with their own methods, exceptions kept from the app. The self-test must not let it pass.
// The test puts frida-java-bridge and `const HOOKS = [["class", "method"], ...]` in front.
Process.attachModuleObserver({
  onAdded(library) {
    if (library.name !== "libjvm.so") return;
    Interceptor.attach(library.getExportByName("JNI_CreateJavaVM"), {
      onLeave() {
        bridge.performNow(() => {
          for (const [className, method] of HOOKS) {
            try {
              hookAll(className, method);
            } catch (error) {
              send({ className, method, failed: String(error) });
            }
          }
        });
      },
    });
  },
});

function hookAll(className, method) {
  const target = bridge.use(className)[method];
  for (const overload of target.overloads) {
    overload.implementation = function (...given) {
      const told = given.map(describe);
      let returned = null;
      try {
        returned = this[method].apply(this, given);
      } catch (error) {
        told.push(String(error));
      }
      send({ className, method, told, returned: describe(returned) });
      return returned;
    };
  }
}

function describe(value) {
  if (value === null || typeof value !== "object") return String(value);
  const found = [];
  if (typeof value.hasNext === "function") while (value.hasNext()) found.push(String(value.next()));
  else if (typeof value.hasMoreElements === "function") while (value.hasMoreElements()) found.push(String(value.nextElement()));
  else if (typeof value.entrySet === "function") found.push(String(value.entrySet()));
  return found.length > 0 ? found.join() : JSON.stringify(value);
}
