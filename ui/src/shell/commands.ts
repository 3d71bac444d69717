import { asApiError } from '../api/client.ts';
import { runJob } from '../api/jobs.ts';
import type { Toasts } from '../components/toasts.tsx';
import { t } from '../i18n/base.ts';
import { setLanguage } from '../i18n/words.ts';
import { languages } from '../lib/locale.ts';
import { setTheme, themes } from '../lib/theme.ts';
import type { Live } from '../live/live.ts';

export interface Command {
  group: string;
  label: string;
  /** Shown beside it. */
  keys?: string;
  run: () => void;
}

/** Everything the palette can do now. */
export function commandsOf(deps: {
  live: Live;
  toasts: Toasts;
  go: (href: string) => void;
  showSheet: () => void;
}): Command[] {
  const { live, toasts, go } = deps;
  const say = t();
  const start = async (id: number, name: string) => {
    try {
      await runJob(id);
      toasts.say({ text: say.palette.started(name), mood: 'run' });
    } catch (thrown) {
      toasts.say({ text: asApiError(thrown).message, mood: 'bad' });
    }
    live.refresh();
  };
  return [
    { group: say.palette.pages, label: say.nav.overview, keys: 'g o', run: () => go('/') },
    { group: say.palette.pages, label: say.nav.jobs, keys: 'g b', run: () => go('/jobs') },
    { group: say.palette.pages, label: say.palette.newJob, keys: 'n', run: () => go('/jobs/new') },
    { group: say.palette.pages, label: say.nav.runs, keys: 'g h', run: () => go('/runs') },
    { group: say.palette.pages, label: say.nav.settings, keys: 'g s', run: () => go('/settings') },
    ...(live.jobs() ?? []).flatMap((job) => [
      { group: say.palette.backups, label: say.palette.openJob(job.name), run: () => go(`/jobs/${job.id}`) },
      {
        group: say.palette.backups,
        label: say.palette.runJob(job.name),
        run: () => void start(job.id, job.name),
      },
    ]),
    ...themes.map((theme) => ({
      group: say.palette.look,
      label: say.palette.theme[theme],
      run: () => setTheme(theme),
    })),
    ...languages.map((language) => ({
      group: say.palette.look,
      label: say.palette.language[language],
      run: () => void setLanguage(language),
    })),
    { group: say.palette.look, label: say.palette.shortcuts, keys: '?', run: () => deps.showSheet() },
  ];
}

/** The commands that contain every word typed, in any order; those that begin with it first. */
export function findCommands<C extends Pick<Command, 'label'>>(commands: readonly C[], typed: string): C[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = commands.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
  const [first] = words;
  if (first === undefined) return fits;
  const begins = ({ label }: C) => label.toLowerCase().startsWith(first);
  return [...fits.filter(begins), ...fits.filter((one) => !begins(one))];
}
