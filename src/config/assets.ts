import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that come with the program: inside the executable when compiled, in the checkout otherwise. */
export interface Assets {
  /** Holds `main/` and `logs/`. */
  migrations: string;
  /** The built page; null in a checkout where it was not built yet. */
  page: string | null;
}

const embedded = '/$bunfs/root';
export const isCompiled = import.meta.dir.startsWith(embedded);

export function assets(): Assets {
  const root = isCompiled ? embedded : join(import.meta.dir, '../..');
  const page = join(root, isCompiled ? 'page' : 'build/page'); // an embedded folder lies under its own last name
  return { migrations: join(root, 'drizzle'), page: existsSync(join(page, 'index.html')) ? page : null };
}
