import './log.css';
import Download from 'lucide-solid/icons/download';
import Search from 'lucide-solid/icons/search';
import X from 'lucide-solid/icons/x';
import { createEffect, createSignal, on, onCleanup, Show } from 'solid-js';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Later } from '../../components/later.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { runsText as t } from '../../i18n/runs.ts';
import { FoundLines } from './found-lines.tsx';
import { fileName, readLog, saveAs } from './save-log.ts';
import { WholeLog } from './whole-log.tsx';

export type LevelChoice = 'all' | 'warning' | 'error';
const levels = ['all', 'warning', 'error'] as const;
const typingMs = 300;

/** The log of a run: read along, by level, searched, saved. */
export function LogCard(props: { runId: number; jobName: string; active: boolean }) {
  const [level, setLevel] = createSignal<LevelChoice>('all');
  const [typed, setTyped] = createSignal('');
  const [text, setText] = createSignal('');
  const [goTo, setGoTo] = createSignal<{ index: number } | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let input: HTMLInputElement | undefined;
  createEffect(
    on(typed, (now) => {
      clearTimeout(timer);
      if (now.trim() === '') setText('');
      else timer = setTimeout(() => setText(now.trim()), typingMs);
    }),
  );
  onCleanup(() => clearTimeout(timer));
  const chosenLevel = () => {
    const now = level();
    return now === 'all' ? undefined : now;
  };
  const clear = () => {
    setTyped('');
    input?.focus();
  };
  const show = (number: number) => {
    setLevel('all');
    setTyped('');
    setText('');
    setGoTo({ index: number - 1 });
  };
  return (
    <Card
      title={t().log.title}
      class="log-card"
      actions={<Save runId={props.runId} jobName={props.jobName} active={props.active} />}
    >
      <div class="log-tools">
        <div class="field-row log-search">
          <Search size={18} aria-hidden="true" />
          <input
            ref={(element) => {
              input = element;
            }}
            type="search"
            aria-label={t().log.search}
            placeholder={t().log.search}
            maxlength={200}
            autocomplete="off"
            spellcheck={false}
            value={typed()}
            onInput={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') setText(typed().trim());
              else if (event.key === 'Escape' && typed() !== '') clear();
              else return;
              event.preventDefault();
            }}
          />
          <Show when={typed() !== ''}>
            <IconButton label={t().log.clear} onClick={clear}>
              <X size={18} />
            </IconButton>
          </Show>
        </div>
        <Segmented
          label={t().log.level}
          value={level()}
          onChange={(next) => {
            setGoTo(null);
            setLevel(next);
          }}
          choices={levels.map((value) => ({ value, label: t().log.levels[value] }))}
        />
      </div>
      {/* It stays while something is searched: whoever comes back is where they were. */}
      <div class="log-part" hidden={text() !== ''}>
        <Later>
          <Show keyed when={level()}>
            <WholeLog runId={props.runId} active={props.active} level={chosenLevel()} goTo={goTo()} onShow={show} />
          </Show>
        </Later>
      </div>
      <Show keyed when={text()}>
        {(wanted) => (
          <Show keyed when={level()}>
            <FoundLines runId={props.runId} active={props.active} text={wanted} level={chosenLevel()} onShow={show} />
          </Show>
        )}
      </Show>
    </Card>
  );
}

function Save(props: { runId: number; jobName: string; active: boolean }) {
  const toasts = useToasts();
  const [done, setDone] = createSignal<number | null>(null);
  const leaving = new AbortController();
  onCleanup(() => leaving.abort());
  const save = async () => {
    setDone(0);
    try {
      const text = await readLog(props.runId, setDone, leaving.signal);
      if (text) saveAs(text, fileName(t().log.fileName(props.jobName, props.runId)));
    } catch {
      toasts.say({ text: t().log.downloadFailed, mood: 'bad' });
    }
    setDone(null);
  };
  return (
    <Show when={!props.active}>
      <Button
        kind="quiet"
        size="small"
        icon={<Download size={16} />}
        busy={done() !== null}
        onClick={() => void save()}
      >
        {done() === null ? t().log.download : t().log.downloading(t().log.total(done() ?? 0))}
      </Button>
    </Show>
  );
}
