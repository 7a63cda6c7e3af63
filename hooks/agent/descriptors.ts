// JNI's way of writing types. Pure.

export const PRIMITIVE_TYPES: Record<string, string> = {
  Z: "boolean",
  B: "byte",
  C: "char",
  S: "short",
  I: "int",
  J: "long",
  F: "float",
  D: "double",
  V: "void",
};

/** `(Ljava/lang/String;I)V` as the descriptors of the parameters and of the result. */
export function splitSignature(signature: string): { parameters: string[]; result: string } {
  const end = signature.indexOf(")");
  const parameters = signature.slice(1, end).match(/\[*(?:L[^;]*;|[A-Z])/g) ?? [];
  return { parameters, result: signature.slice(end + 1) };
}

/** `java.lang.String`, `int`, `[B`, `[Ljava.lang.String;` as a descriptor. */
export function descriptorOf(typeName: string): string {
  const slashed = typeName.replace(/\./g, "/");
  if (slashed.startsWith("[")) return slashed;
  const primitive = Object.keys(PRIMITIVE_TYPES).find((key) => PRIMITIVE_TYPES[key] === typeName);
  return primitive ?? `L${slashed};`;
}
