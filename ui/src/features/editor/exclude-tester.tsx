import { createSignal, For, Show } from 'solid-js';
import { type ExcludeTestView, testExcludes } from '../../api/preview.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { Select } from '../../components/select.tsx';
import { editorText as t } from '../../i18n/editor.ts';
import { createLook } from './look.ts';

const rowsShown = 60;
const examplesShown = 3;

/** What each pattern leaves out of a folder: rsync itself is asked, nothing is written. */
export function ExcludeTester(props: {
  patterns: readonly string[];
  sources: readonly string[];
  jobId: number | null;
}) {
  const [chosen, setChosen] = createSignal<string | null>(null);
  const look = createLook(testExcludes);
  const source = () => props.sources.find((one) => one === chosen()) ?? props.sources[0];
  const question = () => ({
    source_dir: source() ?? '',
    exclude_patterns: [...props.patterns],
    ...(props.jobId === null ? {} : { job_id: props.jobId }),
  });
  const stale = () => {
    const answer = look.answer();
    return answer !== null && JSON.stringify(answer.asked) !== JSON.stringify(question());
  };
  return (
    <div class="stack" style={{ '--gap': 'var(--space-3)' }}>
      <Show when={props.sources.length > 1}>
        <Select
          label={t().exclude.folder}
          choices={props.sources.map((one) => ({ value: one, label: one }))}
          value={source() ?? ''}
          onChange={setChosen}
        />
      </Show>
      <div class="row">
        <Show
          when={look.busy()}
          fallback={
            <>
              <Button disabled={!source()} onClick={() => look.ask(question())}>
                {look.answer() ? t().exclude.testAgain : t().exclude.test}
              </Button>
              <Show when={!source() || stale()}>
                <p class="preview-lead soft">{source() ? t().exclude.stale : t().exclude.noSources}</p>
              </Show>
            </>
          }
        >
          <Button kind="quiet" onClick={() => look.stop()}>
            {t().exclude.stop}
          </Button>
          <div class="preview-lead">
            <p class="soft">{t().exclude.testing}</p>
            <ProgressBar share={undefined} label={t().exclude.testingLabel} />
          </div>
        </Show>
      </div>
      <div role="alert">
        <Show when={!look.busy() && look.problem()}>
          <Notice mood="bad">
            <p>{t().exclude.failed}</p>
            <p>{look.problem()}</p>
          </Notice>
        </Show>
      </div>
      <Show when={look.problem() === null && look.answer()}>{(answer) => <Findings found={answer().found} />}</Show>
    </div>
  );
}

type Row = ExcludeTestView['patterns'][number];

const matches = (row: Row): boolean => row.files > 0 || row.examples.length > 0;

function Findings(props: { found: ExcludeTestView }) {
  const matching = () => props.found.patterns.filter(matches);
  const idle = () => props.found.patterns.filter((row) => !matches(row)).map((row) => row.pattern);
  const sum = () => t().exclude.sum(props.found.excluded.files, props.found.excluded.bytes, props.found.kept.files);
  return (
    <>
      <p role="status">
        {props.found.complete ? '' : `${t().exclude.incomplete} `}
        {sum()}
      </p>
      <Show when={matching().length > 0}>
        <ul class="findings" aria-label={t().exclude.caption}>
          <For each={matching().slice(0, rowsShown)}>
            {(row) => (
              <li>
                <p class="finding-head">
                  <code>{row.pattern}</code>
                  <span>{row.files === 0 ? t().exclude.onlyFolders : t().exclude.outOf(row.files, row.bytes)}</span>
                </p>
                <Examples row={row} />
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={matching().length > rowsShown}>
        <p class="soft small">{t().exclude.morePatterns(matching().length - rowsShown)}</p>
      </Show>
      <Show when={idle().length > 0}>
        <p class="soft small">
          {props.found.complete ? t().exclude.matchNothing : t().exclude.matchNothingYet}{' '}
          <For each={idle().slice(0, rowsShown)}>
            {(pattern, index) => (
              <>
                {index() > 0 ? ', ' : ''}
                <code>{pattern}</code>
              </>
            )}
          </For>
          <Show when={idle().length > rowsShown}> …</Show>
        </p>
      </Show>
    </>
  );
}

function Examples(props: { row: Row }) {
  return (
    <div class="examples">
      <For each={props.row.examples.slice(0, examplesShown)}>{(example) => <span>{example}</span>}</For>
      <Show when={props.row.examples.length > examplesShown}>
        <details>
          <summary>{t().exclude.moreExamples}</summary>
          <For each={props.row.examples.slice(examplesShown)}>{(example) => <span>{example}</span>}</For>
        </details>
      </Show>
    </div>
  );
}
