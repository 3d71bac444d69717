import './editor.css';
import { createEffect, For, on, onCleanup, Show } from 'solid-js';
import { type PreviewBody, type PreviewView, previewJob } from '../../api/preview.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { previewText as t } from '../../i18n/preview.ts';
import { bytes } from '../../lib/format.ts';
import { createLook } from './look.ts';
import { PreviewStats } from './preview-stats.tsx';

/** So long nothing must change before the box is asked by itself. */
const calmMs = 900;

/**
 * What a run of this draft would do: counts, sizes, the largest files, what would be deleted, room, and what would stop
 * it. Asked when pressed; with `auto` at once and again when the draft has been left alone for a moment.
 */
export function JobPreview(props: {
  draft: PreviewBody;
  auto?: boolean;
  /** Why there is nothing to look at yet, in words. */
  notYet?: string | undefined;
}) {
  const look = createLook(previewJob);
  const key = () => JSON.stringify(props.draft);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  createEffect(
    on(key, (_, before) => {
      if (!props.auto) return;
      clearTimeout(timer);
      timer = setTimeout(() => look.ask(props.draft), before === undefined ? 0 : calmMs);
    }),
  );
  const stale = () => {
    const answer = look.answer();
    return answer !== null && JSON.stringify(answer.asked) !== key();
  };
  const said = () => {
    const answer = look.answer();
    return answer && !look.busy() ? t().ready(answer.found.files, answer.found.bytes) : '';
  };
  return (
    <div class="preview">
      <p class="hidden" role="status">
        {look.busy() ? t().looking : said()}
      </p>
      <Show
        when={look.busy()}
        fallback={
          <div class="row">
            <Button disabled={props.notYet !== undefined} onClick={() => look.ask(props.draft)}>
              {look.answer() ? t().again : t().look}
            </Button>
            <Show when={props.notYet !== undefined || look.answer() === null || stale()}>
              <p class="preview-lead soft">{props.notYet ?? (stale() ? t().stale : t().lead)}</p>
            </Show>
          </div>
        }
      >
        <div class="row">
          <Button kind="quiet" onClick={() => look.stop()}>
            {t().stop}
          </Button>
          <div class="preview-lead">
            <p class="soft" aria-hidden="true">
              {t().looking}
            </p>
            <ProgressBar share={undefined} label={t().lookingLabel} />
          </div>
        </div>
      </Show>
      <div role="alert">
        <Show when={!look.busy() && look.problem()}>
          <Notice mood="bad">
            <p>{t().failed}</p>
            <p>{look.problem()}</p>
          </Notice>
        </Show>
      </div>
      <Show when={look.problem() === null && look.answer()}>
        {(answer) => (
          <div class="preview-found">
            <Found found={answer().found} />
          </div>
        )}
      </Show>
    </div>
  );
}

function Found(props: { found: PreviewView }) {
  return (
    <>
      <Show when={!props.found.complete && props.found.problems.length === 0}>
        <Notice mood="warn">
          <p>{t().incompleteTitle}</p>
          <p>{t().incomplete}</p>
        </Notice>
      </Show>
      <Verdict found={props.found} />
      <PreviewStats found={props.found} />
      <Show when={props.found.largest_files.length > 0}>
        <details class="fold">
          <summary>{t().largest(props.found.largest_files.length)}</summary>
          <ul class="file-list">
            <For each={props.found.largest_files}>
              {(file) => (
                <li>
                  <span>{file.path}</span>
                  <span class="file-size">{bytes(file.size)}</span>
                </li>
              )}
            </For>
          </ul>
        </details>
      </Show>
      <Show when={props.found.deleted.length > 0}>
        <details class="fold">
          <summary>
            {t().deleted(props.found.deleted.length, props.found.deletions ?? props.found.deleted.length)}
          </summary>
          <ul class="file-list">
            <For each={props.found.deleted}>
              {(file) => (
                <li>
                  <span>
                    {file.landing}/{file.path}
                  </span>
                </li>
              )}
            </For>
          </ul>
        </details>
      </Show>
    </>
  );
}

function Verdict(props: { found: PreviewView }) {
  return (
    <Show
      when={props.found.problems.length > 0}
      fallback={
        <Show when={props.found.complete}>
          <Notice mood="ok">
            <p>{props.found.files === 0 ? t().empty : t().fine}</p>
          </Notice>
        </Show>
      }
    >
      <Notice mood="bad" title={t().problems(props.found.problems.length)}>
        <ul class="plain-list">
          <For each={props.found.problems}>{(problem) => <li>{problem.message}</li>}</For>
        </ul>
      </Notice>
    </Show>
  );
}
