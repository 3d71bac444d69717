import { createSignal } from 'solid-js';
import type { SpaceView } from '../../api/places.ts';
import { Field } from '../../components/field.tsx';
import { pickersText as t } from '../../i18n/pickers.ts';
import { FolderPicker } from './folder-picker.tsx';
import { below, cleanPath, contains, join } from './paths.ts';
import { cleanSubdir, configOfFolder, type LocalConfig, pathOf, subdirOf } from './place.ts';
import type { PlaceState } from './place-state.ts';

const plainText = { autocomplete: 'off', autocapitalize: 'off', spellcheck: false } as const;

const Browse = (props: { onClick: () => void }) => (
  <button type="button" class="field-end place-browse" onClick={() => props.onClick()}>
    {t().place.browse}
  </button>
);

/** The folder of a drive that the copies go to. `mountPoint` is null while the drive cannot be looked into. */
export function FolderOnDrive(props: {
  name: string;
  config: LocalConfig;
  mountPoint: string | null;
  onChange: (config: LocalConfig) => void;
}) {
  const [typed, setTyped] = createSignal<string | null>(null);
  const [picking, setPicking] = createSignal(false);
  const shown = () => typed() ?? subdirOf(props.config);
  const set = (text: string) => {
    setTyped(text);
    // What leads elsewhere is handed on as it is, so that nobody takes it for an answer.
    props.onChange({ ...props.config, backup_subdir: cleanSubdir(text) ?? text });
  };
  return (
    <>
      <Field
        label={t().place.subdir}
        name="backup_subdir"
        value={shown()}
        onInput={set}
        hint={t().place.subdirHint}
        error={cleanSubdir(shown()) === null ? t().place.subdirWrong : undefined}
        {...plainText}
        end={props.mountPoint === null ? undefined : <Browse onClick={() => setPicking(true)} />}
      />
      <FolderPicker
        open={picking()}
        title={t().place.pickOn(props.name)}
        start={startOn(props.mountPoint ?? '/', subdirOf(props.config))}
        onPick={(path) => {
          const root = props.mountPoint;
          if (root !== null && contains(root, path)) set(below(root, path));
        }}
        onClose={() => setPicking(false)}
      />
    </>
  );
}

const startOn = (mountPoint: string, subdir: string) => (subdir === '' ? mountPoint : join(mountPoint, subdir));

/** A folder of this box, picked or typed. */
export function FolderOnBox(props: {
  config: LocalConfig;
  seen: ReturnType<PlaceState['seen']>;
  space: SpaceView | undefined;
  absent: boolean;
  onChange: (config: LocalConfig) => void;
}) {
  const [typed, setTyped] = createSignal<string | null>(null);
  const [picking, setPicking] = createSignal(false);
  const take = (path: string) => {
    setTyped(null);
    props.onChange(configOfFolder(props.config, path, props.seen));
  };
  return (
    <>
      <Field
        label={t().place.path}
        name="mount_point"
        value={typed() ?? pathOf(props.config)}
        onInput={(text) => {
          setTyped(text);
          props.onChange({ ...props.config, mount_point: cleanPath(text) ?? text, backup_subdir: '' });
        }}
        onChange={() => {
          // Only when it is complete: on the way, a path may look as if it named a drive.
          const path = cleanPath(typed() ?? '');
          if (path !== null) take(path);
        }}
        error={props.absent ? t().place.pathAbsent : undefined}
        hint={props.space ? t().place.pathHint(props.space.free_bytes) : undefined}
        placeholder={props.seen.allowed[0] ? join(props.seen.allowed[0], 'backup') : undefined}
        {...plainText}
        end={<Browse onClick={() => setPicking(true)} />}
      />
      <FolderPicker
        open={picking()}
        title={t().place.pick}
        start={pathOf(props.config) || undefined}
        onPick={take}
        onClose={() => setPicking(false)}
      />
    </>
  );
}
