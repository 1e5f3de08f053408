import { useSettings } from '../settings.js';
import { camelCase, humanName, type FormField } from './schema.js';

/** One input with its name, meaning, default and what is wrong with it. */
export function FieldInput(props: {
  readonly field: FormField;
  readonly value: string;
  readonly wrong: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  const { words } = useSettings();
  const { field, value, wrong } = props;
  const id = `field-${field.path.replaceAll('.', '-')}`;
  const names: Readonly<Record<string, string>> = words.fields;
  const byDefault = defaultText(field);
  const describedBy = [wrong ? `${id}-wrong` : '', field.description ? `${id}-hint` : ''].filter(Boolean).join(' ');
  const common = {
    id,
    name: field.path,
    value,
    'aria-invalid': wrong !== undefined,
    ...(describedBy ? { 'aria-describedby': describedBy } : {}),
  };
  const options = field.kind === 'flag' ? ['true', 'false'] : field.kind === 'choice' ? field.options : [];
  return (
    <div class="field">
      <label for={id}>{names[camelCase(field.name)] ?? humanName(field.name)}</label>
      {options.length > 0 ? (
        <select {...common} onChange={(event) => props.onChange(event.currentTarget.value)}>
          <option value="">
            {byDefault ? words.start.defaultIs(flagText(byDefault, words.common)) : words.start.unset}
          </option>
          {options.map((option) => (
            <option key={option} value={String(option)}>
              {flagText(String(option), words.common)}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          type="text"
          autocomplete="off"
          spellcheck={false}
          inputMode={field.kind === 'integer' ? 'numeric' : field.kind === 'number' ? 'decimal' : 'text'}
          placeholder={byDefault}
          onInput={(event) => props.onChange(event.currentTarget.value)}
        />
      )}
      {wrong && (
        <span class="wrong" id={`${id}-wrong`}>
          {wrong}
        </span>
      )}
      {field.description && (
        <span class="hint" id={`${id}-hint`} lang="en">
          {field.description}
        </span>
      )}
    </div>
  );
}

function defaultText(field: FormField): string {
  const value = field.default;
  if (value === undefined || value === null || value === '') return '';
  if (Array.isArray(value))
    return value.every((item) => typeof item !== 'object') ? value.join(', ') : JSON.stringify(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const flagText = (text: string, { yes, no }: { readonly yes: string; readonly no: string }): string =>
  text === 'true' ? yes : text === 'false' ? no : text;
