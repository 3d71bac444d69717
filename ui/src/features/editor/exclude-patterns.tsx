import './editor.css';
import Plus from 'lucide-solid/icons/plus';
import { createEffect, createSignal, For, on, Show } from 'solid-js';
import { Button } from '../../components/button.tsx';
import { TextArea } from '../../components/text-area.tsx';
import { editorText as t } from '../../i18n/editor.ts';
import { ExcludeTester } from './exclude-tester.tsx';
import {
  hasSuggestion,
  isSameText,
  patternsOfText,
  type Suggestion,
  suggestions,
  textOfPatterns,
  withSuggestion,
} from './patterns.ts';

/** Patterns of what is left out, one a line, with what is often left out to pick from, and a way to try them. */
export function ExcludePatterns(props: {
  patterns: readonly string[];
  onChange: (patterns: string[]) => void;
  sources: readonly string[];
  jobId?: number | null;
  error?: string | undefined;
}) {
  const [text, setText] = createSignal(textOfPatterns(props.patterns));
  // From elsewhere: taken up. From here: the empty line somebody is about to fill stays.
  createEffect(
    on(
      () => props.patterns,
      (patterns) => isSameText(text(), patterns) || setText(textOfPatterns(patterns)),
    ),
  );
  const left = () => (Object.keys(suggestions) as Suggestion[]).filter((one) => !hasSuggestion(props.patterns, one));
  return (
    <div class="stack" style={{ '--gap': 'var(--space-4)' }}>
      <TextArea
        label={t().exclude.label}
        hint={t().exclude.hint}
        error={props.error}
        name="exclude_patterns"
        optional
        mono
        autocapitalize="off"
        autocomplete="off"
        spellcheck={false}
        value={text()}
        onInput={(typed) => {
          setText(typed);
          props.onChange(patternsOfText(typed));
        }}
      />
      <Show when={left().length > 0}>
        <div class="row suggestions" role="group" aria-label={t().exclude.often}>
          <span class="small soft" aria-hidden="true">
            {t().exclude.often}
          </span>
          <For each={left()}>
            {(which) => (
              <Button
                kind="quiet"
                size="small"
                icon={<Plus size={16} aria-hidden="true" />}
                title={suggestions[which].join('  ')}
                aria-label={t().exclude.add(t().exclude.suggestions[which])}
                onClick={() => props.onChange(withSuggestion(props.patterns, which))}
              >
                {t().exclude.suggestions[which]}
              </Button>
            )}
          </For>
        </div>
      </Show>
      <Show when={props.patterns.length > 0}>
        <ExcludeTester patterns={props.patterns} sources={props.sources} jobId={props.jobId ?? null} />
      </Show>
    </div>
  );
}
