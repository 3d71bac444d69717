import { createSignal, mergeProps, splitProps } from 'solid-js';
import { t } from '../i18n/base.ts';
import { Field, type FieldProps } from './field.tsx';

/** A password input with a button that shows what was typed. */
export function PasswordField(props: Omit<FieldProps, 'type' | 'end'>) {
  const [shown, setShown] = createSignal(false);
  const [, rest] = splitProps(mergeProps({ autocapitalize: 'off', spellcheck: false } as const, props), []);
  return (
    <Field
      {...rest}
      type={shown() ? 'text' : 'password'}
      end={
        <button
          type="button"
          class="field-end"
          aria-label={shown() ? t().password.hideLong : t().password.showLong}
          onClick={() => setShown(!shown())}
        >
          {shown() ? t().password.hide : t().password.show}
        </button>
      }
    />
  );
}
