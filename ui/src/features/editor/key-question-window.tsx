import { lazy, Show, Suspense } from 'solid-js';
import type { Question } from './connection-words.ts';

const Window = lazy(async () => ({ default: (await import('./key-question.tsx')).KeyQuestion }));

/** Fetched when a server was not believed: most are. */
export function KeyQuestionWindow(props: {
  question: Question | null;
  onClose: () => void;
  onAccepted: () => void;
  onTrust: (fingerprint: string) => void;
}) {
  return (
    <Show when={props.question !== null}>
      <Suspense>
        <Window {...props} />
      </Suspense>
    </Show>
  );
}
