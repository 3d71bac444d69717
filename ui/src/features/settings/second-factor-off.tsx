import { createSignal } from 'solid-js';
import { endSecondFactor } from '../../api/auth.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { createSubmit } from '../../components/submit.ts';
import { t as base } from '../../i18n/base.ts';
import { settingsText as t } from '../../i18n/settings.ts';

/** Asks for the proof the box wants: a code of the app, or a recovery code. */
export function SecondFactorOff(props: { open: boolean; onClose: () => void; onOff: () => void }) {
  return (
    <Dialog open={props.open} onClose={props.onClose} title={t().security.offTitle} lead={t().security.offWarning}>
      <Proof onCancel={props.onClose} onOff={props.onOff} />
    </Dialog>
  );
}

function Proof(props: { onCancel: () => void; onOff: () => void }) {
  const say = () => t().security;
  const [code, setCode] = createSignal('');
  const clean = () => code().replace(/\s/g, '');
  const submit = createSubmit({
    check: () =>
      /^\d{6}$/.test(clean()) || clean().length >= 12 ? null : { field: 'code', message: say().offCodeMissing },
    send: () => endSecondFactor(clean()),
    done: () => props.onOff(),
    explain(error) {
      if (error.status === 401 && /code/.test(error.message)) return { field: 'code', message: say().offCodeWrong };
      return error.status === 429 ? { message: base().login.locked } : undefined;
    },
  });
  return (
    <Form
      submit={submit}
      button={say().turnOff}
      busy={say().offBusy}
      beside={
        <Button kind="quiet" onClick={() => props.onCancel()}>
          {base().actions.cancel}
        </Button>
      }
    >
      <Field
        label={say().offCode}
        name="code"
        value={code()}
        onInput={setCode}
        error={submit.at('code')}
        autocomplete="one-time-code"
        autocapitalize="characters"
        spellcheck={false}
        class="code-input"
        required
        focused
      />
    </Form>
  );
}
