import { For, Show } from 'solid-js';
import { CopyLine } from '../../components/copy-line.tsx';
import { signInText as t } from '../../i18n/sign-in.ts';
import { type Account, returnAddress, type Way } from './sign-in.ts';

const consoles: Record<Account, string> = {
  google_drive: 'https://console.cloud.google.com/',
  onedrive: 'https://entra.microsoft.com/',
};

/** How somebody gets a client ID of their own, in three steps. */
export function SignInSteps(props: { kind: Account; way: Way; origin: string }) {
  return (
    <section class="sign-in-steps">
      <h3>{t().stepsTitle}</h3>
      <ol>
        <For each={t().steps[props.kind][props.way]}>
          {(step) => (
            <li>
              {step.text}
              <Show when={step.copy}>
                <CopyLine value={returnAddress(props.kind, props.way, props.origin) ?? ''} label={t().redirect} />
              </Show>
            </li>
          )}
        </For>
      </ol>
      <p>
        <a href={consoles[props.kind]} target="_blank" rel="noopener">
          {t().link[props.kind]}
        </a>
      </p>
    </section>
  );
}
