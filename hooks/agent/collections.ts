// Maps, lists, sets and bundles, walked by the iterators of boot classes (shapes.ts says which classes qualify).
import type { Shape } from "./classes.js";
import { values } from "./java.js";
import type { Ref } from "./jni.js";
import { cut, type Place, taken, type Value } from "./read.js";

const MAP_ENTRY = "java.util.Map$Entry";
const ITERATOR = "java.util.Iterator";
const SET_ITERATOR = "iterator()Ljava/util/Iterator;";

export function readMap(place: Place, map: Ref, shape: Shape): Value {
  const { env, calls } = place;
  const found: [Value, Value][] = [];
  const whole = eachOf(place, direct(place, map, shape.base, "entrySet()Ljava/util/Set;"), (entry) => {
    const key = taken(place, calls.object(env, entry, MAP_ENTRY, "getKey()Ljava/lang/Object;"));
    const value = taken(place, calls.object(env, entry, MAP_ENTRY, "getValue()Ljava/lang/Object;"));
    found.push([key, value]);
  });
  if (!whole) found.push([cut("size"), cut("size")]);
  return { t: "map", c: shape.className, v: found };
}

export function readCollection(place: Place, collection: Ref, shape: Shape, kind: "list" | "set"): Value {
  const found: Value[] = [];
  const iterator = direct(place, collection, shape.base, SET_ITERATOR);
  const whole = walk(place, iterator, (element) => found.push(place.value(place, element)));
  if (!whole) found.push(cut("size"));
  return { t: kind, c: shape.className, v: found };
}

/** android.os.Bundle through its own keySet() and get(): Android unparcels it on the way, as for any other reader. */
export function readBundle(place: Place, bundle: Ref, shape: Shape): Value {
  const { env, calls } = place;
  const found: [Value, Value][] = [];
  const get = calls.method(env, shape.base, "get(Ljava/lang/String;)Ljava/lang/Object;");
  const whole = eachOf(place, direct(place, bundle, shape.base, "keySet()Ljava/util/Set;"), (key) => {
    const value = calls.jni.callDirectObject(env, bundle, shape.base, get, values(key));
    calls.check(env);
    found.push([place.value(place, key), taken(place, value)]);
  });
  if (!whole) found.push([cut("size"), cut("size")]);
  return { t: "bundle", c: shape.className, v: found };
}

/** Visit a set whose iterator is a boot class's, and drop the set's reference. False when the budget ended it. */
function eachOf(place: Place, set: Ref, visit: (element: Ref) => void): boolean {
  const whole = walk(place, place.calls.object(place.env, set, "java.util.Set", SET_ITERATOR), visit);
  place.calls.jni.deleteLocalRef(place.env, set);
  return whole;
}

function walk(place: Place, iterator: Ref, visit: (element: Ref) => void): boolean {
  const { env, calls, budget } = place;
  let whole = true;
  while (calls.boolean(env, iterator, ITERATOR, "hasNext()Z")) {
    if (budget.nodes <= 0) {
      whole = false;
      break;
    }
    const element = calls.object(env, iterator, ITERATOR, "next()Ljava/lang/Object;");
    visit(element);
    if (!element.isNull()) calls.jni.deleteLocalRef(env, element);
  }
  calls.jni.deleteLocalRef(env, iterator);
  return whole;
}

/** Call a method of `cls` itself, past any override of the app's. */
function direct(place: Place, ref: Ref, cls: Ref, method: string): Ref {
  const { env, calls } = place;
  const result = calls.jni.callDirectObject(env, ref, cls, calls.method(env, cls, method), NULL);
  calls.check(env);
  return result;
}
