import { createSignal } from 'solid-js';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { createSubmit } from '../../components/submit.ts';
import { t as base } from '../../i18n/base.ts';
import { pickersText as t } from '../../i18n/pickers.ts';
import { nameOf } from './paths.ts';

/** Names a new folder and has it made; what the box refuses stays at the name. */
export function NewFolder(props: { parent: string; onMake: (name: string) => Promise<string>; onDone: () => void }) {
  const [name, setName] = createSignal('');
  const submit = createSubmit({
    check() {
      const typed = name().trim();
      if (typed === '') return { field: 'folder', message: t().folder.nameMissing };
      return /\/|^\.{1,2}$/.test(typed) ? { field: 'folder', message: t().folder.nameWrong } : null;
    },
    send: () => props.onMake(name().trim()),
    done: () => props.onDone(),
    explain: (error) => ({ field: 'folder', message: error.message }),
  });
  return (
    <Form
      submit={submit}
      button={t().folder.makeNow}
      busy={t().folder.making}
      beside={
        <Button kind="quiet" onClick={() => props.onDone()}>
          {base().actions.cancel}
        </Button>
      }
    >
      <Field
        label={t().folder.makeIn(nameOf(props.parent))}
        name="folder"
        value={name()}
        onInput={setName}
        error={submit.at('folder')}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxlength={255}
        focused
      />
    </Form>
  );
}
