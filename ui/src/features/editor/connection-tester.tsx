import { createEffect, createSignal, For, on, Show } from 'solid-js';
import { testConnection } from '../../api/providers.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { editorText as t } from '../../i18n/editor.ts';
import { canPin, questionOf, toldOf } from './connection-words.ts';
import type { Config } from './draft.ts';
import { KeyQuestionWindow } from './key-question-window.tsx';
import { createLook } from './look.ts';

/**
 * "Test connection", and what came of it in words. What was tested before a change is not shown any more. A server that
 * was not believed is shown to the person, who decides; then it is tested again.
 */
export function ConnectionTester(props: {
  kind: string;
  config: Config;
  credentialId: number | null;
  /** Typed once more because the destination moved: tested in place of the saved one. */
  secret?: Config;
  /** Tests at once, for somebody who was sent here. */
  auto?: boolean;
  /** The person trusts this certificate: it goes into the config. */
  onTrust: (fingerprint: string) => void;
}) {
  const look = createLook(testConnection);
  const [deciding, setDeciding] = createSignal(false);
  const [said, setSaid] = createSignal<string | null>(null);
  let place: HTMLDivElement | undefined;
  const question = () => ({
    destination_type: props.kind,
    destination_config: props.config,
    ...(props.secret && Object.keys(props.secret).length > 0
      ? { credential_data: props.secret }
      : { credential_id: props.credentialId }),
  });
  const test = () => {
    setDeciding(false);
    look.ask(question());
  };
  const tested = () => {
    const last = look.answer();
    return last && JSON.stringify(last.asked) === JSON.stringify(question()) ? last.found : null;
  };
  const decision = () => {
    const found = tested();
    const asked = found && questionOf(found);
    return asked?.about === 'certificate' && !canPin(props.kind) ? null : asked;
  };
  createEffect(
    on(
      () => props.auto,
      (auto) => {
        if (!auto) return;
        place?.scrollIntoView({ block: 'center' });
        test();
      },
    ),
  );
  // Somebody who was sent here because of it need not press once more.
  createEffect(on(decision, (asked) => asked && props.auto && setDeciding(true)));
  return (
    <div
      class="stack"
      style={{ '--gap': 'var(--space-3)' }}
      ref={(element) => {
        place = element;
      }}
    >
      <div class="row">
        <Button
          busy={look.busy()}
          onClick={() => {
            setSaid(null);
            test();
          }}
        >
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
        <Show when={!look.busy() && !look.problem() && tested()}>
          {(found) => (
            <Notice
              mood={found().success ? 'ok' : 'bad'}
              actions={
                decision() ? (
                  <Button size="small" onClick={() => setDeciding(true)}>
                    {decision()?.about === 'host_key' ? t().where.hostKey.open : t().where.certificate.open}
                  </Button>
                ) : undefined
              }
            >
              <Show when={said()}>
                <p>{said()}</p>
              </Show>
              <p>{found().success ? t().where.testWorks : t().where.testFails}</p>
              <Show when={!found().success} fallback={<Details of={found().details} />}>
                <p>{t().where.testSaid(found().message)}</p>
              </Show>
            </Notice>
          )}
        </Show>
      </div>
      <KeyQuestionWindow
        question={deciding() ? decision() : null}
        onClose={() => setDeciding(false)}
        onAccepted={() => {
          setSaid(t().where.hostKey.accepted);
          test();
        }}
        onTrust={(fingerprint) => {
          setSaid(t().where.certificate.trusted);
          props.onTrust(fingerprint);
          test();
        }}
      />
    </div>
  );
}

function Details(props: { of: Record<string, unknown> | null }) {
  return (
    <Show when={toldOf(props.of).length > 0}>
      <dl class="details">
        <For each={toldOf(props.of)}>
          {(one) => (
            <div>
              <dt>{one.label}</dt>
              <dd>{one.exact ? <code>{one.value}</code> : one.value}</dd>
            </div>
          )}
        </For>
      </dl>
    </Show>
  );
}
