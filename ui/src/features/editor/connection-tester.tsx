import { For, Show } from 'solid-js';
import { ApiError } from '../../api/client.ts';
import { type ConnectionBody, type ConnectionTest, testConnection } from '../../api/providers.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { editorText as t } from '../../i18n/editor.ts';
import type { Config } from './draft.ts';
import { createLook } from './look.ts';

type Tested = ConnectionTest | 'absent';

/** A version of the box without this door says so, instead of "not found". */
const ask = (body: ConnectionBody, signal: AbortSignal): Promise<Tested> =>
  testConnection(body, signal).catch((thrown: unknown) => {
    if (thrown instanceof ApiError && thrown.status === 404) return 'absent';
    throw thrown;
  });

/** "Test connection", and what came of it in words. What was tested before a change is not shown any more. */
export function ConnectionTester(props: { kind: string; config: Config; credentialId: number | null }) {
  const look = createLook(ask);
  const question = () => ({
    destination_type: props.kind,
    destination_config: props.config,
    credential_id: props.credentialId,
  });
  const answer = () => {
    const last = look.answer();
    return last && JSON.stringify(last.asked) === JSON.stringify(question()) ? last.found : null;
  };
  const tested = () => {
    const found = answer();
    return found === 'absent' ? null : found;
  };
  return (
    <div class="stack" style={{ '--gap': 'var(--space-3)' }}>
      <div class="row">
        <Button busy={look.busy()} onClick={() => look.ask(question())}>
          {look.busy() ? t().where.testing : t().where.test}
        </Button>
      </div>
      <div role="status">
        <Show when={!look.busy() && look.problem()}>
          <Notice mood="bad">
            <p>{t().where.testFails}</p>
            <p>{look.problem()}</p>
          </Notice>
        </Show>
        <Show when={!look.busy() && answer() === 'absent'}>
          <Notice>
            <p>{t().where.testAbsent}</p>
          </Notice>
        </Show>
        <Show when={!look.busy() && tested()}>
          {(found) => (
            <Notice mood={found().success ? 'ok' : 'bad'}>
              <p>{found().success ? t().where.testWorks : t().where.testFails}</p>
              <p>{found().message}</p>
              <Details of={found().details} />
            </Notice>
          )}
        </Show>
      </div>
    </div>
  );
}

function Details(props: { of: Record<string, unknown> | null }) {
  const told = () =>
    Object.entries(props.of ?? {}).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return (
    <Show when={told().length > 0}>
      <dl class="details">
        <For each={told()}>
          {([name, value]) => (
            <div>
              <dt>{name.replaceAll('_', ' ')}</dt>
              <dd>{String(value)}</dd>
            </div>
          )}
        </For>
      </dl>
    </Show>
  );
}
