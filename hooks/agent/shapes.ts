// Which classes the agent looks into, and how. Everything not named here is recorded as an object: class and identity.

/**
 * `map`, `list`, `set`: walked. `view`: a wrapper, read through to the collection in `field`. `text`: toString(), if
 * the class is the VM's own. `chars`: text that counts as a string. `unbox`: a boxed primitive. Streams and buffers over
 * bytes in memory: what they hold, from their position on, without moving it.
 */
export type Kind =
  | { kind: "map" | "list" | "set" | "json" | "bundle" | "throwable" | "text" | "chars" | "enum" }
  | { kind: "out_stream" | "in_stream" | "buffer" }
  | { kind: "view"; field: "m" | "c" }
  | { kind: "unbox"; type: string; method: string };

const SHAPES = new Map<string, Kind>();

function name(kind: Kind, prefix: string, classes: string): void {
  for (const cls of classes.split(" ")) SHAPES.set(prefix + cls, kind);
}

// Only collections that hold their content themselves: one that delegates (a subList, an app's own map behind a
// wrapper) would run the app's code when read.
name(
  { kind: "map" },
  "java.util.",
  "HashMap LinkedHashMap TreeMap Hashtable IdentityHashMap WeakHashMap EnumMap " +
    "concurrent.ConcurrentHashMap concurrent.ConcurrentSkipListMap Collections$EmptyMap Collections$SingletonMap " +
    "ImmutableCollections$Map1 ImmutableCollections$MapN",
);
name({ kind: "map" }, "android.util.", "ArrayMap");
name(
  { kind: "list" },
  "java.util.",
  "ArrayList LinkedList Vector ArrayDeque Arrays$ArrayList Collections$EmptyList " +
    "Collections$SingletonList ImmutableCollections$List12 ImmutableCollections$ListN PriorityQueue " +
    "concurrent.CopyOnWriteArrayList concurrent.ConcurrentLinkedQueue concurrent.LinkedBlockingQueue",
);
name(
  { kind: "set" },
  "java.util.",
  "HashSet LinkedHashSet TreeSet Collections$EmptySet Collections$SingletonSet " +
    "ImmutableCollections$Set12 ImmutableCollections$SetN RegularEnumSet JumboEnumSet concurrent.CopyOnWriteArraySet " +
    "HashMap$KeySet LinkedHashMap$LinkedKeySet TreeMap$KeySet HashMap$Values LinkedHashMap$LinkedValues TreeMap$Values",
);
name({ kind: "set" }, "android.util.", "ArraySet");
name({ kind: "view", field: "m" }, "java.util.", "Collections$UnmodifiableMap Collections$SynchronizedMap");
name(
  { kind: "view", field: "c" },
  "java.util.",
  "Collections$UnmodifiableCollection Collections$SynchronizedCollection",
);
name({ kind: "json" }, "org.json.", "JSONObject JSONArray");
name({ kind: "bundle" }, "android.os.", "Bundle PersistableBundle");
name({ kind: "throwable" }, "java.lang.", "Throwable");
name({ kind: "enum" }, "java.lang.", "Enum");
name({ kind: "out_stream" }, "java.io.", "ByteArrayOutputStream");
name({ kind: "in_stream" }, "java.io.", "ByteArrayInputStream");
name({ kind: "buffer" }, "java.nio.", "ByteBuffer");
name({ kind: "chars" }, "java.lang.", "StringBuilder StringBuffer");
name(
  { kind: "text" },
  "java.",
  "net.URL net.URI net.InetAddress net.InetSocketAddress util.UUID util.Date util.Locale " +
    "util.Currency util.TimeZone io.File math.BigDecimal math.BigInteger lang.Class util.regex.Pattern " +
    "util.concurrent.atomic.AtomicInteger util.concurrent.atomic.AtomicLong util.concurrent.atomic.AtomicBoolean " +
    "nio.charset.Charset time.Instant time.LocalDate time.LocalDateTime time.ZonedDateTime time.Duration",
);
name(
  { kind: "text" },
  "android.",
  "net.Uri text.SpannableString text.SpannedString text.SpannableStringBuilder " +
    "content.ComponentName content.Intent",
);
for (const [cls, type, code] of [
  ["Boolean", "boolean", "Z"],
  ["Byte", "byte", "B"],
  ["Character", "char", "C"],
  ["Short", "short", "S"],
  ["Integer", "int", "I"],
  ["Long", "long", "J"],
  ["Float", "float", "F"],
  ["Double", "double", "D"],
] as const) {
  SHAPES.set(`java.lang.${cls}`, { kind: "unbox", type, method: `${type}Value()${code}` });
}

export function shapeOf(className: string): Kind | undefined {
  return SHAPES.get(className);
}
