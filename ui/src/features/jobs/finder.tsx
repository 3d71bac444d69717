import { Field } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import { jobsText as t } from '../../i18n/jobs.ts';
import { type StateChoice, stateChoices } from './find.ts';

/** Narrows the list down by words and by state. */
export function Finder(props: {
  typed: string;
  state: StateChoice;
  count: (state: StateChoice) => number;
  onType: (typed: string) => void;
  onState: (state: StateChoice) => void;
}) {
  return (
    <search class="finder">
      <Field
        label={t().find.search}
        type="search"
        autocomplete="off"
        spellcheck={false}
        value={props.typed}
        onInput={props.onType}
      />
      <Select
        label={t().find.state}
        choices={stateChoices.map((value) => ({
          value,
          label: t().find.choice(t().find.states[value], props.count(value)),
        }))}
        value={props.state}
        onChange={props.onState}
      />
    </search>
  );
}
