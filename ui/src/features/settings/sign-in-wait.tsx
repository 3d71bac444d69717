import { createSignal, Match, onMount, Show, Switch } from 'solid-js';
import { bringSignIn, type SignInView } from '../../api/sign-ins.ts';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { createSubmit } from '../../components/submit.ts';
import { t as base } from '../../i18n/base.ts';
import { signInText as t } from '../../i18n/sign-in.ts';
import { shortTime } from '../../lib/format.ts';
import { type Account, returnAddress } from './sign-in.ts';

interface WaitProps {
  kind: Account;
  view: SignInView;
  onCancel: () => void;
}

/** While somebody signs in elsewhere: where to, with which code or what to bring back, and how long that is good for. */
export function SignInWait(props: WaitProps) {
  const say = () => t().waiting;
  let heading: HTMLHeadingElement | undefined;
  // The button that was pressed is gone.
  onMount(() => heading?.focus());
  return (
    <div class="form sign-in-wait">
      <h3
        tabindex="-1"
        ref={(element) => {
          heading = element;
        }}
      >
        {say().title(t().service[props.kind])}
      </h3>
      <Switch>
        <Match when={props.view.method === 'browser'}>
          <p>{say().browser(t().service[props.kind])}</p>
          <Address url={props.view.url} label={say().open} />
          <Show when={props.view.redirect_uri !== returnAddress(props.kind, 'browser', window.location.origin)}>
            <p>{say().redirectOther}</p>
            <CopyLine value={props.view.redirect_uri ?? ''} label={t().redirect} />
          </Show>
          <Waits onCancel={props.onCancel} />
        </Match>
        <Match when={props.view.method === 'paste'}>
          <p>{say().paste(t().service[props.kind])}</p>
          <Address url={props.view.url} label={say().open} />
          <Paste {...props} />
        </Match>
        <Match when={props.view.method === 'device'}>
          <p>{say().device}</p>
          <Address url={props.view.verification_url} />
          <div class="sign-in-code">
            <CopyLine value={props.view.user_code ?? ''} label={say().code} />
          </div>
          <p class="soft small">{say().until(shortTime(props.view.expires_at))}</p>
          <Waits onCancel={props.onCancel} />
        </Match>
      </Switch>
    </div>
  );
}

function Address(props: { url: string | null; label?: string }) {
  return (
    <Show when={props.url}>
      {(url) => (
        <p>
          <a href={url()} target="_blank" rel="noopener">
            {props.label ?? url().replace(/^https:\/\//, '')}
          </a>
        </p>
      )}
    </Show>
  );
}

function Waits(props: { onCancel: () => void }) {
  return (
    <>
      <p class="sign-in-waits" role="status">
        <span class="spinner" aria-hidden="true" />
        {t().waiting.waits}
      </p>
      <div class="form-foot">
        <Button kind="quiet" onClick={() => props.onCancel()}>
          {base().actions.cancel}
        </Button>
      </div>
    </>
  );
}

/** Whoever waits for the sign-in is told what becomes of it by the box; only a wrong address is told here. */
function Paste(props: WaitProps) {
  const say = () => t().waiting;
  const [address, setAddress] = createSignal('');
  const submit = createSubmit({
    check: () => (/\?.*=/.test(address()) ? null : { field: 'address', message: say().pastedMissing }),
    send: () => bringSignIn(props.view.id, address().trim()),
    done: () => {},
    explain: (error) => (error.status === 400 ? { field: 'address', message: say().pastedWrong } : undefined),
  });
  return (
    <Form
      submit={submit}
      button={say().goOn}
      busy={say().goingOn}
      beside={
        <Button kind="quiet" onClick={() => props.onCancel()}>
          {base().actions.cancel}
        </Button>
      }
    >
      <Field
        label={say().pasted}
        name="address"
        value={address()}
        onInput={setAddress}
        error={submit.at('address')}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        inputmode="url"
        focused
      />
    </Form>
  );
}
