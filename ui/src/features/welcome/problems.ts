import { contains } from '../pickers/paths.ts';
import { type LocalConfig, pathOf } from '../pickers/place.ts';

export type StepName = 'what' | 'where' | 'when';
export const stepNames: readonly StepName[] = ['what', 'where', 'when'];

export interface StepProblem {
  step: StepName;
  /** At the name, which stands on the last step. */
  field?: 'name';
  message: string;
}

/** Where a refusal of the box belongs. It names the member (`Field 'source_dirs.1': …`), or the folders in words. */
export function problemAt(message: string): StepProblem {
  const [, member, colon, rest] = /^Field '([a-z_]+)[\w.]*'(:?) (.+)$/s.exec(message) ?? [];
  const said = rest === undefined || colon ? (rest ?? message) : `${rest.charAt(0).toUpperCase()}${rest.slice(1)}`;
  const words = /[.!?]$/.test(said) ? said : `${said}.`;
  switch (member) {
    case 'source_dirs':
      return { step: 'what', message: words };
    case 'destination_config':
    case 'destination_type':
      return { step: 'where', message: words };
    case 'name':
      return { step: 'when', field: 'name', message: words };
  }
  if (member === undefined && message.startsWith('The destination ')) return { step: 'where', message };
  if (member === undefined && message.startsWith('The source')) return { step: 'what', message };
  return { step: 'when', message: words };
}

/** The copies would be copied again, or lie around what they are copies of. */
export const liesInside = (folders: readonly string[], config: LocalConfig): boolean => {
  const path = pathOf(config);
  return path !== '' && folders.some((folder) => contains(folder, path) || contains(path, folder));
};
