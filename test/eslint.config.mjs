// Tests run on a developer's machine, so n8n's rules for code on n8n Cloud do not apply to them.
import typescript from 'typescript-eslint';

export default typescript.config(...typescript.configs.recommended, {
	files: ['**/*.mts'],
});
