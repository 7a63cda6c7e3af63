// The agent's lint: typescript-eslint's strict rules.
import tseslint from "typescript-eslint";

export default tseslint.config({ ignores: ["node_modules/**", "out/**", ".venv/**"] }, ...tseslint.configs.strict);
