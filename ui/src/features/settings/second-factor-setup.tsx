import { createSignal, onMount } from 'solid-js';
import { confirmSecondFactor, type SecondFactorStart } from '../../api/auth.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { createSubmit } from '../../components/submit.ts';
import { t as base } from '../../i18n/base.ts';
import { settingsText as t } from '../../i18n/settings.ts';
import { grouped } from './recovery-text.ts';

/** The secret into the app, a code out of it. */
export function SecondFactorSetup(props: {
  start: SecondFactorStart;
  onCodes: (codes: string[]) => void;
  onCancel: () => void;
}) {
  const say = () => t().security;
  const [code, setCode] = createSignal('');
  const clean = () => code().replace(/\s/g, '');
  let heading: HTMLHeadingElement | undefined;
  onMount(() => heading?.focus());
  const submit = createSubmit({
    check: () => (/^\d{6}$/.test(clean()) ? null : { field: 'code', message: say().codeMissing }),
    send: () => confirmSecondFactor(props.start.secret, clean()),
    done: (answer) => props.onCodes(answer.recovery_codes),
    explain(error) {
      if (error.status !== 400) return undefined;
      if (error.message.startsWith("Field 'code'")) return { field: 'code', message: say().codeWrong };
      return { message: say().expired };
    },
  });
  return (
    <Card>
      <ol class="steps">
        <li>
          <h2
            ref={(element) => {
              heading = element;
            }}
            tabindex="-1"
          >
            {say().scanTitle}
          </h2>
          <p class="lead">{say().scanText}</p>
          <img class="qr" src={props.start.qr_code} alt={say().qr} width="200" height="200" />
          <p class="small soft">{say().secretText}</p>
          <CopyLine label={say().secret} value={grouped(props.start.secret)} />
          <p>
            <a href={props.start.otpauth_url} rel="external">
              {say().open}
            </a>
          </p>
        </li>
        <li>
          <h2>{say().codeTitle}</h2>
          <Form
            submit={submit}
            button={say().confirm}
            busy={say().confirmBusy}
            beside={
              <Button kind="quiet" onClick={() => props.onCancel()}>
                {base().actions.cancel}
              </Button>
            }
          >
            <Field
              label={say().code}
              name="code"
              value={code()}
              onInput={setCode}
              hint={say().codeHint}
              error={submit.at('code')}
              inputmode="numeric"
              autocomplete="one-time-code"
              class="code-input"
              required
            />
            <p class="soft small">{say().ends}</p>
          </Form>
        </li>
      </ol>
    </Card>
  );
}
