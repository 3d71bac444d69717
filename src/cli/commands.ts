import type { Command } from './command.ts';

export interface CommandEntry {
  summary: string;
  /** Loaded when called: `version` answers in milliseconds, whatever the rest needs. */
  load(): Promise<Command>;
}

export const commands: Readonly<Record<string, CommandEntry>> = {
  serve: { summary: 'Serve the page and the API', load: async () => (await import('./serve.ts')).serve },
  backup: { summary: 'Back up folders to another folder', load: async () => (await import('./backup.ts')).backup },
  user: { summary: 'Add a user, reset a password', load: async () => (await import('./user.ts')).user },
  doctor: {
    summary: 'Check this machine and the data folder',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  version: { summary: 'Print the version', load: async () => (await import('./version.ts')).versionCommand },
};
